#include "server/chat/passwordgate.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr PasswordCost Least { 1, 8 * 1024 };
const QHostAddress Here(QStringLiteral("192.0.2.1"));

} // namespace

class tst_PasswordGate : public test::Test
{
    Q_OBJECT

private:
    static UserName name(const QString &text) { return UserName::parse(text).value(); }

    static QByteArray hashed(PasswordGate &gate, const QString &password)
    {
        std::optional<QByteArray> hash;
        const auto wait = gate.hash(Here, password, [&hash](const QByteArray &h) { hash = h; });
        if (wait || !QTest::qWaitFor([&hash] { return hash.has_value(); }, 10'000))
            return {};
        return *hash;
    }
    /// Nothing when it was not compared.
    static std::optional<bool> compared(PasswordGate &gate, const QString &account, const QString &password, const QByteArray &hash)
    {
        std::optional<bool> isRight;
        const auto wait = gate.verify(name(account), Here, password, hash, [&isRight](bool right) { isRight = right; });
        if (!wait && !QTest::qWaitFor([&isRight] { return isRight.has_value(); }, 10'000))
            qFatal("no answer within 10 s");
        return isRight;
    }

private slots:
    void comparesWhatItHashed()
    {
        PasswordGate gate(Least);
        const QByteArray hash = hashed(gate, u"pass wörd"_s);
        QVERIFY2(hash.startsWith("$argon2id$v=19$m=8,t=1,p=1$"), hash.constData());
        QVERIFY(hash != hashed(gate, u"pass wörd"_s)); // each has its own salt
        QCOMPARE(compared(gate, u"anna"_s, u"pass wörd"_s, hash), std::optional(true));
        QCOMPARE(compared(gate, u"anna"_s, u"pass word"_s, hash), std::optional(false));
        QCOMPARE(compared(gate, u"anna"_s, QString(), hash), std::optional(false));
    }

    /// What nobody has takes one computation of the same cost, as a wrong password does.
    void nobodyIsComparedToo()
    {
        PasswordGate gate(Least);
        QCOMPARE(compared(gate, u"nobody"_s, u"pass"_s, {}), std::optional(false));
        QCOMPARE(gate.computations(), quint64(1));
        QCOMPARE(compared(gate, u"nobody"_s, QString(), {}), std::optional(false));
        QCOMPARE(gate.computations(), quint64(2));
    }

    /// The defaults are what the decision says, and the machine can do it.
    void usualCost()
    {
        PasswordGate gate(PasswordCost {});
        const QByteArray hash = hashed(gate, u"password"_s);
        QVERIFY2(hash.startsWith("$argon2id$v=19$m=65536,t=2,p=1$"), hash.constData());
        QCOMPARE(compared(gate, u"anna"_s, u"password"_s, hash), std::optional(true));
    }

    void whoIsForgivenBeginsAnew()
    {
        PasswordGate gate(Least);
        const QByteArray hash = hashed(gate, u"right one"_s);
        for (int i = 0; i < 10; ++i)
            QCOMPARE(compared(gate, u"anna"_s, u"wrong"_s, hash), std::optional(false));
        QCOMPARE(compared(gate, u"anna"_s, u"right one"_s, hash), std::nullopt);
        gate.forgive(name(u"bo"_s));
        QCOMPARE(compared(gate, u"anna"_s, u"right one"_s, hash), std::nullopt);
        gate.forgive(name(u"anna"_s));
        QCOMPARE(compared(gate, u"anna"_s, u"right one"_s, hash), std::optional(true));
    }

    // ---- rainy ----

    void newPasswordsHaveARate()
    {
        PasswordGate gate(Least);
        for (int i = 0; i < 20; ++i) // four users of one address
            QCOMPARE(gate.beginChange(name(u"u%1"_s.arg(i / 5)), Here), std::nullopt);
        const auto wait = gate.beginChange(name(u"u9"_s), Here);
        QVERIFY(wait && *wait > 0 && *wait <= 6'000);
        const QHostAddress there(u"192.0.2.2"_s);
        QVERIFY(gate.beginChange(name(u"u0"_s), there).value_or(0) > 6'000); // that user's own
        QCOMPARE(gate.beginChange(name(u"u9"_s), there), std::nullopt); // what was refused did not count
    }

    /// Whoever knows a password cannot keep a core busy with it.
    void rightSignInsHaveARate()
    {
        PasswordGate gate(Least, { 3, 0.1 });
        const QByteArray hash = hashed(gate, u"right one"_s);
        const auto signIn = [&](const QString &account, const QHostAddress &from, const QString &password = u"right one"_s) {
            std::optional<bool> isRight;
            const auto wait = gate.signIn(name(account), from, password, hash, [&isRight](bool right) { isRight = right; });
            if (!wait && !QTest::qWaitFor([&isRight] { return isRight.has_value(); }, 10'000))
                qFatal("no answer within 10 s");
            return wait.value_or(0);
        };
        // Wrong ones take nothing of it.
        for (int i = 0; i < 5; ++i)
            QCOMPARE(signIn(u"anna"_s, Here, u"wrong"_s), 0);
        for (int i = 0; i < 3; ++i)
            QCOMPARE(signIn(u"anna"_s, Here), 0);
        const quint64 before = gate.computations();
        const qint64 wait = signIn(u"anna"_s, Here);
        QVERIFY2(wait > 0 && wait <= 10'000, qPrintable(QString::number(wait)));
        QVERIFY(signIn(u"ANNA"_s, QHostAddress(u"192.0.2.2"_s)) > 0); // that account's own, from anywhere
        QCOMPARE(gate.computations(), before);
        // Others from there have tenfold, together.
        for (int i = 3; i < 30; ++i)
            QCOMPARE(signIn(u"u%1"_s.arg(i / 3), Here), 0);
        QVERIFY(signIn(u"somebody"_s, Here) > 0);
        QCOMPARE(signIn(u"somebody"_s, QHostAddress(u"192.0.2.2"_s)), 0);
    }

    void eleventhInARowIsNotComputed()
    {
        PasswordGate gate(Least);
        const QByteArray hash = hashed(gate, u"right one"_s);
        for (int i = 0; i < 10; ++i)
            QCOMPARE(compared(gate, u"anna"_s, u"wrong"_s, hash), std::optional(false));
        QCOMPARE(compared(gate, u"anna"_s, u"right one"_s, hash), std::nullopt);
        QCOMPARE(gate.computations(), quint64(11));
        QCOMPARE(compared(gate, u"bo"_s, u"right one"_s, hash), std::optional(true));
    }

    void oneAddressDoesNotTakeAllThreads()
    {
        PasswordGate gate(Least);
        int answers = 0;
        const auto attempt = [&](const QHostAddress &from, int i) {
            return gate.verify(name(u"u%1"_s.arg(i)), from, u"x"_s, {}, [&answers](bool) { ++answers; });
        };
        for (int i = 0; i < PasswordGate::MaxPerAddress; ++i)
            QVERIFY(!attempt(Here, i));
        QCOMPARE(attempt(Here, 5), std::optional<qint64>(1'000));
        QVERIFY(!attempt(QHostAddress(u"192.0.2.2"_s), 5));
        QTRY_COMPARE(answers, PasswordGate::MaxPerAddress + 1);
        QVERIFY(!attempt(Here, 5));
        QTRY_COMPARE(answers, PasswordGate::MaxPerAddress + 2);
    }

    void waitingIsBounded()
    {
        PasswordGate gate(Least);
        int answers = 0;
        int refused = 0;
        for (int i = 0; i < PasswordHasher::MaxWaiting + 6; ++i) {
            const QHostAddress from(static_cast<quint32>(0x0a000000 + i));
            if (gate.hash(from, u"x"_s, [&answers](const QByteArray &) { ++answers; }))
                ++refused;
        }
        QCOMPARE(refused, 6);
        QTRY_COMPARE(answers, PasswordHasher::MaxWaiting);
    }

    void endsWithComputationsUnderWay()
    {
        auto gate = std::make_unique<PasswordGate>(PasswordCost {});
        bool isAnswered = false;
        for (int i = 0; i < 3; ++i)
            QVERIFY(!gate->verify(name(u"anna"_s), Here, u"x"_s, {}, [&isAnswered](bool) { isAnswered = true; }));
        gate.reset();
        QCoreApplication::processEvents();
        QVERIFY(!isAnswered);
    }
};

HEARTH_TEST_MAIN(tst_PasswordGate)
#include "tst_passwordgate.moc"
