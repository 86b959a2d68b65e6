#pragma once

#include <QObject>
#include <QTest>

namespace hearth::test {

/// Base of every test class: a warning that nobody announced with QTest::ignoreMessage() fails the test
/// function in which it came. A class with an init() of its own calls this one.
class Test : public QObject
{
    Q_OBJECT

protected slots:
    void init();
};

template <typename Application, typename TestClass>
int runTest(int argc, char **argv)
{
    qputenv("QT_NO_GLIB", "1");
    Application app(argc, argv);
    TestClass test;
    return QTest::qExec(&test, argc, argv);
}

} // namespace hearth::test

#define HEARTH_TEST_MAIN_AS(Application, TestClass)                                                          \
    int main(int argc, char **argv) { return hearth::test::runTest<Application, TestClass>(argc, argv); }

#define HEARTH_TEST_MAIN(TestClass) HEARTH_TEST_MAIN_AS(QCoreApplication, TestClass)
/// For tests with widgets; include <QApplication> too.
#define HEARTH_GUI_TEST_MAIN(TestClass) HEARTH_TEST_MAIN_AS(QApplication, TestClass)
