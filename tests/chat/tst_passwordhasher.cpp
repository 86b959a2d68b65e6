#include "server/chat/passwordhasher.h"
#include "tests/support/testmain.h"
#include "tests/support/threadstatus.h"

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

/// What others notice of it. That it finds right passwords right is shown in tst_accounts and tst_signin.
class tst_PasswordHasher : public test::Test
{
    Q_OBJECT

private slots:
    void itsThreadsGiveWay()
    {
        if (test::ownNice() >= 10)
            QSKIP("the whole test gives way");
        PasswordHasher hasher(PasswordCost { .passes = 1, .bytes = 8'192 });
        QVERIFY(!test::niceValues().contains(10));
        bool isDone = false;
        hasher.hash(u"sesame"_s, [&isDone](const QByteArray &) { isDone = true; });
        QTRY_VERIFY(isDone);
        QVERIFY(test::niceValues().contains(10));
    }

    void ticksWhileItComputes()
    {
        QTRY_COMPARE(test::ticks(), -1);
        PasswordHasher hasher(PasswordCost {});
        int ticks = 0;
        hasher.hash(u"sesame"_s, [&ticks](const QByteArray &) { ticks = test::ticks(); });
        QTRY_VERIFY_WITH_TIMEOUT(hasher.isIdle(), 60'000);
        QVERIFY2(ticks > 20, qPrintable(QString::number(ticks)));
        QTRY_VERIFY(test::tickerRests());
    }
};

HEARTH_TEST_MAIN(tst_PasswordHasher)
#include "tst_passwordhasher.moc"
