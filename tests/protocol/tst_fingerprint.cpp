#include "protocol/fingerprint.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

class tst_Fingerprint : public test::Test
{
    Q_OBJECT

private slots:
    void isTheHashOfTheKey()
    {
        const Fingerprint fingerprint = Fingerprint::ofKey("abc"); // FIPS 180-2, appendix B.1: ba7816bf 8f01cfea …
        QCOMPARE(fingerprint.toString(), u"ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"_s);
        QCOMPARE(Fingerprint::parse(u"ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0").value_or(Fingerprint()), fingerprint);
        QVERIFY(fingerprint != Fingerprint::ofKey("abd"));
    }
    void canBeReadAloud()
    {
        // ba7816bf8f, 01cfea4141, 40de5dae22, 23b00361a3, 96177a9cb4, 10ff61f200: each modulo 100,000
        QCOMPARE(Fingerprint::ofKey("abc").digits(), u"73807 03137 88322 66979 05876 85760"_s);
    }
    void noKeyHasNone()
    {
        QVERIFY(Fingerprint::ofKey({}).isNull());
        QVERIFY(Fingerprint().digits().isEmpty());
    }
    void whatIsNone_data()
    {
        QTest::addColumn<QString>("text");
        QTest::newRow("empty") << QString();
        QTest::newRow("short") << u"ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa"_s;
        QTest::newRow("long") << u"ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0A"_s;
        QTest::newRow("padding") << u"ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0="_s;
        QTest::newRow("another spelling of the same") << u"ungWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa1"_s;
        QTest::newRow("plain Base64") << u"ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0"_s;
        QTest::newRow("a space") << u"ungWv48Bz pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"_s;
        QTest::newRow("not ASCII") << u"üngWv48Bz-pBQUDeXa4iI7ADYaOWF3qctBD_YfIAFa0"_s;
    }
    void whatIsNone()
    {
        QFETCH(QString, text);
        QVERIFY(!Fingerprint::parse(text));
    }
};

HEARTH_TEST_MAIN(tst_Fingerprint)
#include "tst_fingerprint.moc"
