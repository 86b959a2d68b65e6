#include "server/telemetry/logvalue.h"
#include "tests/support/testmain.h"

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

class tst_LogValue : public test::Test
{
    Q_OBJECT

private slots:
    void staysOneValueOfOneLine_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("value");
        QTest::newRow("one word") << u"127.0.0.1"_s << u"127.0.0.1"_s;
        QTest::newRow("blanks") << u"disk is full"_s << u"\"disk is full\""_s;
        QTest::newRow("nothing") << QString() << u"\"\""_s;
        QTest::newRow("another key") << u"a=b"_s << u"\"a=b\""_s;
        QTest::newRow("quotes") << u"say \"hi\""_s << u"\"say \\\"hi\\\"\""_s;
        QTest::newRow("backslash") << u"C:\\x"_s << u"\"C:\\\\x\""_s;
        QTest::newRow("line break") << u"a\nevent=started"_s << u"\"a\\nevent=started\""_s;
        QTest::newRow("carriage return") << u"a\r\tb"_s << u"\"a\\r\\tb\""_s;
        QTest::newRow("escape sequence") << u"\u001b[2J"_s << u"\"\\u001b[2J\""_s;
        QTest::newRow("next line") << u"a\u0085b"_s << u"\"a\\u0085b\""_s;
        QTest::newRow("line separator") << u"a\u2028b"_s << u"\"a\\u2028b\""_s;
        QTest::newRow("bidi override") << u"a\u202eb"_s << u"\"a\\u202eb\""_s;
        QTest::newRow("other letters") << u"Bücher"_s << u"\"Bücher\""_s;
    }
    void staysOneValueOfOneLine()
    {
        QFETCH(QString, text);
        QFETCH(QString, value);
        QCOMPARE(logValue(text), value);
    }

    void isBounded()
    {
        QCOMPARE(logValue(QString(10'000, u'x')).size(), 515); // quotes and an ellipsis
        QCOMPARE(logValue(QString(512, u'x')), QString(512, u'x'));
    }

    void keepsALineOne()
    {
        QCOMPARE(logLine(u"event=a b=\"c d\""_s), u"event=a b=\"c d\""_s);
        QCOMPARE(logLine(u"of two\r\nlines"_s), u"of two\\r\\nlines"_s);
    }
};

HEARTH_TEST_MAIN(tst_LogValue)
#include "tst_logvalue.moc"
