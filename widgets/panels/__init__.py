"""What stands beside and under the lanes: findings, readout, markers, transport."""
