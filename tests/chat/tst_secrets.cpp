#include "server/chat/token.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

class tst_Secrets : public test::Test
{
    Q_OBJECT

private slots:
    void hashesLikeEverybodyElse()
    {
        // FIPS 180-4's example
        QCOMPARE(token::hash(u"abc"_s).toHex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        QCOMPARE(token::hash({}).toHex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        QCOMPARE(token::hash(u"ä"_s).toHex(), "33e6d73fee82904c8d7afb78de1154d1e8dc2a0edb08120e63df5b9385c2d9cc");
    }

    void comparesEveryByte_data()
    {
        QTest::addColumn<QByteArray>("a");
        QTest::addColumn<QByteArray>("b");
        QTest::addColumn<bool>("isSame");
        QTest::newRow("same") << QByteArray("hash") << QByteArray("hash") << true;
        QTest::newRow("both empty") << QByteArray() << QByteArray("") << true;
        QTest::newRow("first differs") << QByteArray("hash") << QByteArray("Hash") << false;
        QTest::newRow("last differs") << QByteArray("hash") << QByteArray("hasH") << false;
        QTest::newRow("one bit") << QByteArray("\x00", 1) << QByteArray("\x80", 1) << false;
        QTest::newRow("differences that would cancel") << QByteArray("ab") << QByteArray("ba") << false;
        QTest::newRow("shorter") << QByteArray("hash") << QByteArray("has") << false;
        QTest::newRow("against nothing") << QByteArray("hash") << QByteArray() << false;
    }
    void comparesEveryByte()
    {
        QFETCH(QByteArray, a);
        QFETCH(QByteArray, b);
        QFETCH(bool, isSame);
        QCOMPARE(token::isSame(a, b), isSame);
        QCOMPARE(token::isSame(b, a), isSame);
    }
};

HEARTH_TEST_MAIN(tst_Secrets)
#include "tst_secrets.moc"
