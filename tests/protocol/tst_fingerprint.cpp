#include "protocol/fingerprint.h"
#include "protocol/spokenwords.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>
#include <QCryptographicHash>
#include <QSet>

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
        // ba 78 16 bf 8f 01 cf ea 41 41 40 de
        QCOMPARE(Fingerprint::ofKey("abc").words(), u"paddle helmet beard pebble koala actor quartz temple copper copper compass shovel"_s);
    }
    /// Checked, because changing one word tells everybody whose key has it of an attack.
    void theWordsStayTheSame()
    {
        const QByteArray all = spokenWords().join(u' ').toUtf8();
        QCOMPARE(spokenWords().size(), 256);
        QCOMPARE(QSet<QString>(spokenWords().begin(), spokenWords().end()).size(), 256);
        QCOMPARE(QCryptographicHash::hash(all, QCryptographicHash::Sha256).toHex(), "04683f52cdfabce16f8a3b11a5b59cb513f9d17d632bfeeae613b082ba6a293a");
    }
    void noKeyHasNone()
    {
        QVERIFY(Fingerprint::ofKey({}).isNull());
        QVERIFY(Fingerprint().words().isEmpty());
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
