def test_a(window): pass
def test_b(opened): pass
def test_c(opened):
    opened.marks.add()
def test_d(opened, ports, qtbot):
    opened.runs.add(ports[0])
