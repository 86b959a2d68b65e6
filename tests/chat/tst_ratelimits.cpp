#include "server/chat/ratelimits.h"
#include "tests/chat/chattestkit.h"

#include <QCoreApplication>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using test::Chat;
using test::Client;
using test::unhurried;

namespace {

constexpr RateSettings TwoForEver { 2, 0.001 };

QByteArray filled(QByteArray text, const QByteArray &part) { return text.replace('%', part); }

QByteArray posted(const QByteArray &user, const QByteArray &content = "x")
{
    return R"({"type":"message","user":")" + user + R"(","content":")" + content + R"("})";
}

} // namespace

class tst_RateLimits : public test::Test
{
    Q_OBJECT

private slots:
    /// Names that nobody had yet, of one address; its own people go on, and so does this computer.
    void newUsersHaveARate()
    {
        ServerSettings settings = unhurried();
        settings.newUsers = TwoForEver;
        Chat chat(settings);
        const auto from = [&chat](const QString &address) {
            auto client = std::make_unique<Client>(chat.channel(), QString(), address);
            client->forget();
            return client;
        };
        const QString far = u"192.0.2.7"_s;
        const auto anna = from(far);
        const QByteArray token = anna->hello(u"anna"_s).value("token"_L1).toString().toUtf8();
        const auto plain = from(far);
        QCOMPARE(plain->verdict(posted("bo")), u"message"_s);
        const auto late = from(far);
        const QJsonObject refusal = late->ask(R"({"type":"hello","user":"cy"})");
        QCOMPARE(refusal.value("code"_L1), u"rate_limited"_s);
        QCOMPARE(refusal.value("message"_L1), u"Too many new names come from your address"_s);
        QVERIFY(refusal.value("retry_after_ms"_L1).toDouble() > 0);
        const QJsonObject refused = late->ask(R"({"type":"message","user":"dee","content":"x","client_id":"c"})");
        QCOMPARE(refused.value("code"_L1), u"rate_limited"_s);
        QCOMPARE(refused.value("client_id"_L1), u"c"_s);
        QVERIFY(!chat.directory().user(UserName::parse(u"cy"_s).value()));
        QCOMPARE(from(far)->verdict(filled(R"({"type":"hello","user":"anna","token":"%"})", token)), u"welcome"_s);
        QCOMPARE(from(far)->verdict(posted("bo", "y")), u"message"_s);
        QCOMPARE(from(u"192.0.2.8"_s)->verdict(R"({"type":"hello","user":"cy"})"), u"welcome"_s);
        for (const char *name : { "ed", "flo", "gus" })
            chat.plain()->hello(QString::fromLatin1(name));
    }

    void whatIsLimitedApart_data()
    {
        QTest::addColumn<QByteArray>("request"); // % is a number that is new each time
        QTest::addColumn<int>("rate");
        const auto row = [](const char *name, const QByteArray &request, Rate rate) { QTest::newRow(name) << request << static_cast<int>(rate); };
        row("message", R"({"type":"message","content":"x","client_id":"%"})", Rate::Messages);
        row("typing", R"({"type":"typing","is_typing":true})", Rate::Typing);
        row("history", R"({"type":"history"})", Rate::Requests);
        row("join", R"({"type":"join","room":"lobby"})", Rate::Joins);
        row("leave", R"({"type":"leave","room":"r%"})", Rate::Joins);
        row("invite", R"({"type":"invite","room":"lobby","user":"cy"})", Rate::Joins);
        row("create_room", R"({"type":"create_room","room":"r%"})", Rate::Rooms);
        row("direct", R"({"type":"direct","user":"cy"})", Rate::Rooms);
    }
    void whatIsLimitedApart()
    {
        QFETCH(QByteArray, request);
        QFETCH(int, rate);
        ServerSettings settings = unhurried();
        const std::array all { &settings.messages, &settings.typing, &settings.requests, &settings.joins, &settings.newRooms };
        *all.at(static_cast<std::size_t>(rate)) = TwoForEver;
        Chat chat(settings);
        const auto anna = chat.welcomed(u"anna"_s);
        const auto isRefused = [&](int number) {
            chat.settle();
            anna->forget();
            anna->say(filled(request, QByteArray::number(number)));
            anna->say(R"({"type":"search","id":"end","query":"nothing"})"); // a request, too
            bool isLimited = false;
            for (QJsonObject heard = anna->next(); heard.value("id"_L1) != u"end"_s; heard = anna->next())
                isLimited = isLimited || heard.value("code"_L1) == u"rate_limited"_s;
            return isLimited;
        };
        if (rate == static_cast<int>(Rate::Requests)) {
            QCOMPARE(anna->verdict(request), u"history"_s); // `hello` was the first
            QCOMPARE(anna->verdict(request), u"rate_limited"_s);
            return;
        }
        QVERIFY(!isRefused(1));
        QVERIFY(!isRefused(2));
        QVERIFY(isRefused(3));
    }

    void aRoomThatComesToBeByAWordIsANewRoom()
    {
        ServerSettings settings = unhurried();
        settings.newRooms = { 1, 0.001 };
        settings.addressFactor = 2;
        Chat chat(settings);
        for (const QString &room : { u"one"_s, u"two"_s })
            QCOMPARE(chat.plain(room)->verdict(posted(room.toUtf8())), u"message"_s);
        QCOMPARE(chat.plain(u"three"_s)->verdict(posted("three")), u"rate_limited"_s);
        QCOMPARE(chat.plain(u"one"_s)->verdict(posted("four")), u"message"_s);
    }

    void bytesCount()
    {
        ServerSettings settings = unhurried();
        settings.bytes = { 1'000, 1 };
        Chat chat(settings);
        const auto bo = chat.plain();
        const QByteArray large = posted("bo", QByteArray(700, 'x'));
        QCOMPARE(bo->verdict(large), u"message"_s);
        const QJsonObject error = bo->ask(large);
        QCOMPARE(error.value("code"_L1), u"rate_limited"_s);
        const int wait = error.value("retry_after_ms"_L1).toInt();
        QVERIFY2(wait > 300'000 && wait < 600'000, qPrintable(QString::number(wait)));
        QCOMPARE(bo->verdict(R"({"type":"ping"})"), u"pong"_s); // a small one still fits
        QCOMPARE(bo->verdict(QByteArray(400, 'x')), u"rate_limited"_s); // no JSON counts as well
        bo->sayBinary(QByteArray(400, 'x'));
        QCOMPARE(bo->next().value("code"_L1), u"rate_limited"_s);
    }

    void anAddressHasALimitToo()
    {
        ServerSettings settings = unhurried();
        settings.messages = TwoForEver;
        settings.addressFactor = 2;
        Chat chat(settings);
        const auto post = [&](const QString &address, const QByteArray &user) {
            Client client(chat.channel(), {}, address);
            (void)client.next(u"connected"_s);
            const QString verdict = client.verdict(posted(user));
            client.leave();
            return verdict;
        };
        for (const char *user : { "a", "b", "c", "d" })
            QCOMPARE(post(u"10.0.0.1"_s, user), u"message"_s);
        QCOMPARE(post(u"10.0.0.1"_s, "e"), u"rate_limited"_s);
        QCOMPARE(post(u"10.0.0.2"_s, "f"), u"message"_s);
    }

    void anAddressLimitCanBeLifted()
    {
        ServerSettings settings = unhurried();
        settings.messages = TwoForEver;
        settings.addressFactor = 0;
        Chat chat(settings);
        for (int i = 0; i < 20; ++i)
            QCOMPARE(chat.plain()->verdict(posted("u" + QByteArray::number(i))), u"message"_s);
    }

    /// What one of them refuses costs the others nothing.
    void nobodyPaysForARefusal()
    {
        ServerSettings settings = unhurried();
        settings.messages = { 4, 0.001 };
        settings.bytes = { 300, 0.001 };
        Chat chat(settings);
        const auto bo = chat.plain();
        const QByteArray large = posted("bo", QByteArray(200, 'x'));
        QCOMPARE(bo->verdict(large), u"message"_s);
        for (int i = 0; i < 5; ++i)
            QCOMPARE(bo->verdict(large), u"rate_limited"_s);
        QCOMPARE(bo->verdict(R"({"type":"message","content":"x"})"), u"message"_s);
    }

    void sizesAreRaisedByAWelcome()
    {
        ServerSettings settings = test::withPassword(u"tea"_s);
        settings.maxMessageSize = 500'000;
        Chat chat(settings);
        auto &stranger = test::FakeConnection::join(chat.channel());
        QCOMPARE(stranger.maxMessageSize(), 16'384);
        stranger.say(u"{\"type\":\"hello\",\"user\":\"bo\",\"password\":\"coffee\"}"_s);
        chat.settle();
        QCOMPARE(stranger.maxMessageSize(), 16'384);
        stranger.say(u"{\"type\":\"hello\",\"user\":\"bo\",\"password\":\"tea\"}"_s);
        chat.settle();
        QCOMPARE(stranger.maxMessageSize(), 500'000);
    }

    void aGuestsSizeIsRaisedByAWelcome()
    {
        ServerSettings settings = test::unhurried();
        settings.approveGuests = true;
        settings.maxMessageSize = 500'000;
        Chat chat(settings);
        const auto anna = chat.welcomed(u"anna"_s);
        auto &guest = test::FakeConnection::join(chat.channel());
        guest.say(u"{\"type\":\"hello\",\"user\":\"bo\"}"_s);
        chat.settle();
        QCOMPARE(guest.maxMessageSize(), 16'384);
        anna->say(R"({"type":"admit","user":"bo","is_admitted":true})");
        chat.settle();
        QCOMPARE(guest.maxMessageSize(), 500'000);
    }
};

HEARTH_SERVER_TEST_MAIN(tst_RateLimits)
#include "tst_ratelimits.moc"
