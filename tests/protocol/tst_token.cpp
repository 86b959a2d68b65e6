#include "protocol/token.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QRegularExpression>
#include <QSet>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

class tst_Token : public test::Test
{
    Q_OBJECT

private slots:
    void is256BitsInBase64Url()
    {
        const QRegularExpression form(u"^[A-Za-z0-9_-]{43}$"_s);
        QSet<QString> seen;
        for (int i = 0; i < 1'000; ++i) {
            const QString token = token::generate();
            QVERIFY2(form.match(token).hasMatch(), qPrintable(token));
            QCOMPARE(QByteArray::fromBase64(token.toLatin1(), QByteArray::Base64UrlEncoding).size(), 32);
            QVERIFY(token::isWellFormed(token));
            seen.insert(token);
        }
        QCOMPARE(seen.size(), 1'000);
    }
    void whatIsNone_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("empty") << QString();
        QTest::newRow("a character short") << QString(42, u'a');
        QTest::newRow("a character long") << QString(44, u'a');
        QTest::newRow("padding") << QString(42, u'a') + u'=';
        QTest::newRow("plain Base64") << QString(42, u'a') + u'+';
        QTest::newRow("a space") << QString(42, u'a') + u' ';
        QTest::newRow("not ASCII") << QString(42, u'a') + u'ä';
    }
    void whatIsNone()
    {
        QFETCH(QString, text);
        QVERIFY(!token::isWellFormed(text));
    }
};

HEARTH_TEST_MAIN(tst_Token)
#include "tst_token.moc"
