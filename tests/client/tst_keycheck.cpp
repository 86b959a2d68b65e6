#include "client/keycheck.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>

using namespace hearth;

Q_DECLARE_METATYPE(hearth::KeyFacts)
Q_DECLARE_METATYPE(hearth::KeyVerdict)

class tst_KeyCheck : public test::Test
{
    Q_OBJECT

private slots:
    void verdicts_data()
    {
        QTest::addColumn<KeyFacts>("facts");
        QTest::addColumn<KeyVerdict>("verdict");
        QTest::addColumn<Fingerprint>("expected"); // where it is not the one
        const Fingerprint none;
        const Fingerprint a = Fingerprint::ofKey("a");
        const Fingerprint b = Fingerprint::ofKey("b");
        const auto row = [](const char *name, const KeyFacts &facts, KeyVerdict verdict, const Fingerprint &expected = {}) {
            QTest::newRow(name) << facts << verdict << expected;
        };
        using V = KeyVerdict;
        row("first use", { .presented = a }, V::Unknown);
        row("first use, a person agreed", { .presented = a, .accepted = a }, V::Verified);
        row("first use, a person agreed to another", { .presented = a, .accepted = b }, V::Unknown);
        row("first use, by a link", { .presented = a, .ofLink = a }, V::Verified);
        row("first use, by a link to another", { .presented = b, .ofLink = a }, V::NotOfLink, a);
        row("known", { .presented = a, .ofServer = a, .ofAddress = a }, V::Known);
        row("known, at a new address", { .presented = a, .ofServer = a }, V::Known);
        row("known, at another's address", { .presented = a, .ofServer = a, .ofAddress = b }, V::Changed, b);
        row("the same, by a link", { .presented = a, .ofServer = a, .ofAddress = b, .ofLink = a }, V::Known);
        row("the same, a person agreed", { .presented = a, .ofServer = a, .ofAddress = b, .accepted = a }, V::Verified);
        row("known, but the link means another", { .presented = a, .ofServer = a, .ofLink = b }, V::NotOfLink, b);
        row("changed", { .presented = b, .ofServer = a, .ofAddress = a }, V::Changed, a);
        row("changed, at a new address", { .presented = b, .ofServer = a }, V::Changed, a);
        row("changed, and a link says so", { .presented = b, .ofServer = a, .ofLink = b }, V::Changed, a);
        row("changed, and the link is old", { .presented = b, .ofServer = a, .ofLink = a }, V::Changed, a);
        row("changed, a person agreed", { .presented = b, .ofServer = a, .accepted = b }, V::Verified);
        row("another server with another key at a known address", { .presented = b, .ofAddress = a }, V::Changed, a);
        row("another server with another key, by a link", { .presented = b, .ofAddress = a, .ofLink = b }, V::Verified);
        row("another server with the same key", { .presented = a, .ofAddress = a }, V::Verified);
        row("not the session's, of the same key", { .presented = a, .ofAddress = a, .isOtherServer = true }, V::OtherServer);
        row("not the session's, known", { .presented = a, .ofServer = a, .ofAddress = a, .isOtherServer = true }, V::OtherServer);
        row("not the session's, of another key", { .presented = a, .ofServer = a, .ofAddress = b, .isOtherServer = true }, V::Changed, b);
        row("not the session's, which had no key", { .presented = a, .isOtherServer = true }, V::OtherServer);
        row("not the session's, a person agreed", { .presented = a, .ofAddress = b, .accepted = a, .isOtherServer = true }, V::Verified);
        row("not the session's, plain", { .isOtherServer = true }, V::OtherServer);
        row("not the session's, plain, which had a key", { .ofAddress = a, .isOtherServer = true }, V::Downgraded, a);
        row("plain", {}, V::Known);
        row("plain, typed", { .ofServer = a, .ofAddress = a, .isPlainWanted = true }, V::Known);
        row("plain, the server had a key", { .ofServer = a }, V::Downgraded, a);
        row("plain, the address had a server with a key", { .ofAddress = a }, V::Downgraded, a);
        row("plain, the link has a key", { .ofLink = a }, V::Downgraded, a);
        row("plain, typed and a link", { .ofLink = a, .isPlainWanted = true }, V::Downgraded, a);
    }
    void verdicts()
    {
        QFETCH(KeyFacts, facts);
        QFETCH(KeyVerdict, verdict);
        QFETCH(Fingerprint, expected);
        QCOMPARE(checkKey(facts), verdict);
        if (!expected.isNull())
            QCOMPARE(expectedKey(facts), expected);
    }
};

HEARTH_TEST_MAIN(tst_KeyCheck)
#include "tst_keycheck.moc"
