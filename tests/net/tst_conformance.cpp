#include "server/net/iothreads.h"
#include "server/net/listener.h"
#include "server/net/tlscontext.h"
#include "server/net/tlsidentity.h"
#include "tests/net/echochannel.h"
#include "tests/net/iothreadcount.h"
#include "tests/support/rawclient.h"
#include "tests/support/testmain.h"

#include <optional>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using test::RawClient;
using test::Transport;

namespace {

constexpr quint8 Text = 0x81;
constexpr quint8 Binary = 0x82;
constexpr quint8 TextBegins = 0x01;
constexpr quint8 BinaryBegins = 0x02;
constexpr quint8 GoesOn = 0x00;
constexpr quint8 Ends = 0x80;
constexpr quint8 Close = 0x88;
constexpr quint8 Ping = 0x89;
constexpr quint8 Pong = 0x8a;
constexpr int Normal = 1'000;
constexpr int ProtocolError = 1'002;
constexpr int BadUtf8 = 1'007;
constexpr qsizetype Whole = 0;

QByteArray frame(quint8 first, const QByteArray &payload) { return RawClient::frame(first, payload); }

QByteArray closeFrame(int code, const QByteArray &reason = {})
{
    return frame(Close, QByteArray(1, static_cast<char>(code >> 8)) + static_cast<char>(code & 0xff) + reason);
}

QByteArray fromServer(quint8 first, const QByteArray &payload) { return RawClient::serverFrame(first, payload); }

QByteArray fragments(quint8 first, const QByteArray &payload, qsizetype size)
{
    QByteArray all;
    for (qsizetype at = 0; at < payload.size(); at += size) {
        const bool isLast = at + size >= payload.size();
        const auto opcode = at == 0 ? first : GoesOn;
        all += frame(static_cast<quint8>(opcode | (isLast ? 0x80 : 0)), payload.mid(at, size));
    }
    return all;
}

} // namespace

/// What RFC 6455 asks of a server, case by case, of our transport with an echo behind it; without TLS and inside it. A row is
/// what the client sends, in pieces of `chop` bytes (0: at once), what it must hear first, and the code of the close frame that
/// ends it. Compression is not offered, so that there is nothing to test of it.
class tst_Conformance : public test::Test
{
    Q_OBJECT

private:
    std::optional<IoThreads> m_threads;
    std::optional<test::EchoChannel> m_channel;
    std::optional<Router> m_router;
    std::optional<Listener> m_listener;

    static void columns()
    {
        QTest::addColumn<QByteArray>("sent");
        QTest::addColumn<QByteArray>("heard");
        QTest::addColumn<int>("code");
        QTest::addColumn<qsizetype>("chop");
    }
    static void add(const QByteArray &name, const QByteArray &sent, const QByteArray &heard, int code, qsizetype chop = Whole)
    {
        QTest::newRow(name.constData()) << sent << heard << code << chop;
    }
    /// Echoed whatever the pieces, and still there to be closed in good order.
    static void addEcho(const QByteArray &name, const QByteArray &sent, const QByteArray &heard)
    {
        add(name, sent + closeFrame(Normal), heard, Normal);
        if (sent.size() <= 1'000)
            add(name + ", a byte at a time", sent + closeFrame(Normal), heard, Normal, 1);
        else
            add(name + ", in pieces", sent + closeFrame(Normal), heard, Normal, 997);
    }

    void check()
    {
        QFETCH_GLOBAL(Transport, transport);
        QFETCH(QByteArray, sent);
        QFETCH(QByteArray, heard);
        QFETCH(int, code);
        QFETCH(qsizetype, chop);
        RawClient client(m_listener->port(), transport);
        client.upgrade();
        for (qsizetype at = 0; at < sent.size(); at += chop > 0 ? chop : sent.size()) {
            client.send(sent.mid(at, chop > 0 ? chop : sent.size()));
            if (chop > 0)
                client.socket().flush(); // a record, or a segment, of its own
        }
        QVERIFY(client.waitForClosed());
        QCOMPARE(client.closeCode(), code);
        const QByteArray received = client.received();
        QCOMPARE(received.first(std::min(heard.size(), received.size())), heard);
        // Nothing in between: the close frame is the next, and the last.
        QCOMPARE(received.at(heard.size()), '\x88');
        QCOMPARE(received.size() - heard.size(), 2 + static_cast<quint8>(received.at(heard.size() + 1)));
    }

private slots:
    void initTestCase_data()
    {
        QTest::addColumn<Transport>("transport");
        QTest::newRow("plain") << Transport::Plain;
        QTest::newRow("TLS") << Transport::Tls;
    }
    void initTestCase()
    {
        if (m_listener)
            return;
        ChannelSettings settings;
        settings.maxMessageSize = 64 * 1'024 * 1'024;
        settings.maxQueuedBytes = 0;
        m_threads.emplace(test::ioThreadCount());
        m_channel.emplace(settings);
        m_router.emplace();
        m_router->add(u"/echo"_s, *m_channel);
        const auto identity = TlsIdentity::generate({ { u"localhost"_s }, { QHostAddress(QHostAddress::LocalHost) } },
                                                    QDateTime::currentDateTimeUtc());
        QVERIFY(identity);
        ListenerSettings door { .addresses = { QHostAddress(QHostAddress::LocalHost) }, .port = 0 };
        door.tls = TlsContext::make(*identity).value_or(nullptr);
        QVERIFY(door.tls);
        m_listener.emplace(door, *m_router);
        m_listener->setIoThreads(&*m_threads);
        QVERIFY(m_listener->listen());
    }

    // ---- messages: RFC 6455, 5.2 and 5.6 ----

    void messages_data()
    {
        columns();
        for (const qsizetype size : { 0, 1, 125, 126, 127, 128, 65'535, 65'536 }) {
            const QByteArray number = QByteArray::number(size);
            const QByteArray text(size, '*');
            const QByteArray binary(size, '\xfe');
            addEcho("text of " + number, frame(Text, text), fromServer(Text, text));
            addEcho("binary of " + number, frame(Binary, binary), fromServer(Binary, binary));
        }
        const QByteArray many = frame(Text, "one") + frame(Binary, "two") + frame(Text, "");
        addEcho("three in order", many, fromServer(Text, "one") + fromServer(Binary, "two") + fromServer(Text, ""));
    }
    void messages() { check(); }

    void largeMessages_data()
    {
        columns();
        constexpr qsizetype Large = 4 * 1'024 * 1'024;
        const QByteArray text(Large, 'x');
        const QByteArray ends = closeFrame(Normal);
        add("4 MiB of text", frame(Text, text) + ends, fromServer(Text, text), Normal);
        add("4 MiB of binary", frame(Binary, text) + ends, fromServer(Binary, text), Normal);
        add("4 MiB in fragments of 64 KiB", fragments(TextBegins, text, 65'536) + ends, fromServer(Text, text), Normal);
        add("4 MiB in fragments of 64", fragments(BinaryBegins, text, 64) + ends, fromServer(Binary, text), Normal);
        add("1 MiB in pieces of 64", frame(Text, text.first(1'048'576)) + ends, fromServer(Text, text.first(1'048'576)), Normal, 64);
        QByteArray thousand;
        QByteArray echoes;
        for (int i = 0; i < 1'000; ++i) {
            thousand += frame(Text, QByteArray(i, 'y'));
            echoes += fromServer(Text, QByteArray(i, 'y'));
        }
        add("a thousand", thousand + ends, echoes, Normal);
    }
    void largeMessages() { check(); }

    // ---- control frames: 5.5 ----

    void controlFrames_data()
    {
        columns();
        addEcho("ping", frame(Ping, ""), fromServer(Pong, ""));
        addEcho("ping with text", frame(Ping, "hello"), fromServer(Pong, "hello"));
        const QByteArray bytes = QByteArray::fromHex("00fffefdfcfb00ff");
        addEcho("ping with bytes that are no text", frame(Ping, bytes), fromServer(Pong, bytes));
        addEcho("largest ping", frame(Ping, QByteArray(125, '\xfe')), fromServer(Pong, QByteArray(125, '\xfe')));
        add("too large a ping", frame(Ping, QByteArray(126, '\xfe')), {}, ProtocolError);
        add("a ping in fragments", frame(0x09, "x"), {}, ProtocolError);
        addEcho("a pong that nobody asked for", frame(Pong, "x"), {});
        addEcho("such a pong before a ping", frame(Pong, "x") + frame(Ping, "y"), fromServer(Pong, "y"));
        add("a pong in fragments", frame(0x0a, "x"), {}, ProtocolError);
        add("too large a pong", frame(Pong, QByteArray(126, 'x')), {}, ProtocolError);
        QByteArray pings;
        QByteArray pongs;
        for (int i = 0; i < 10; ++i) {
            pings += frame(Ping, "payload " + QByteArray::number(i));
            pongs += fromServer(Pong, "payload " + QByteArray::number(i));
        }
        addEcho("ten pings in order", pings, pongs);
    }
    void controlFrames() { check(); }

    // ---- what must be zero, and what is reserved: 5.2 ----

    void reserved_data()
    {
        columns();
        const QByteArray good = frame(Text, "good");
        const QByteArray echo = fromServer(Text, "good");
        for (int bits = 1; bits <= 7; ++bits) {
            const auto rsv = static_cast<quint8>(bits << 4);
            const QByteArray number = QByteArray::number(bits);
            add("RSV " + number, frame(Text | rsv, "x"), {}, ProtocolError);
            add("RSV " + number + " after a message", good + frame(Text | rsv, "x") + frame(Ping, ""), echo, ProtocolError);
            add("RSV " + number + " on a ping", frame(Ping | rsv, "x"), {}, ProtocolError);
            add("RSV " + number + " on a close", frame(Close | rsv, ""), {}, ProtocolError, 1);
            add("RSV " + number + " inside a message", frame(TextBegins, "a") + frame(Ends | rsv, "b"), {}, ProtocolError);
        }
        for (const int opcode : { 3, 4, 5, 6, 7, 11, 12, 13, 14, 15 }) {
            const auto first = static_cast<quint8>(0x80 | opcode);
            const QByteArray number = QByteArray::number(opcode);
            add("opcode " + number, frame(first, ""), {}, ProtocolError);
            add("opcode " + number + " with payload, after a message", good + frame(first, "x") + frame(Ping, ""), echo, ProtocolError, 1);
        }
        add("not masked", QByteArray::fromHex("81026869"), {}, ProtocolError);
        add("a ping that is not masked", QByteArray::fromHex("8900"), {}, ProtocolError);
        add("126 for a length of 125", QByteArray::fromHex("81fe007d12345678"), {}, ProtocolError);
        add("127 for a length of 65,535", QByteArray::fromHex("81ff000000000000ffff12345678"), {}, ProtocolError);
        add("a length with its highest bit", QByteArray::fromHex("81ff800000000000000012345678"), {}, ProtocolError);
    }
    void reserved() { check(); }

    // ---- fragments: 5.4 ----

    void fragmented_data()
    {
        columns();
        const QByteArray two = frame(TextBegins, "frag") + frame(Ends, "ment");
        const QByteArray echo = fromServer(Text, "fragment");
        addEcho("two", two, echo);
        addEcho("a ping in between", frame(TextBegins, "frag") + frame(Ping, "p") + frame(Ends, "ment"), fromServer(Pong, "p") + echo);
        addEcho("a pong in between", frame(TextBegins, "frag") + frame(Pong, "p") + frame(Ends, "ment"), echo);
        addEcho("five with pings", frame(TextBegins, "f") + frame(GoesOn, "ra") + frame(Ping, "1") + frame(GoesOn, "g") + frame(GoesOn, "m")
                    + frame(Ping, "2") + frame(Ends, "ent"),
                fromServer(Pong, "1") + fromServer(Pong, "2") + echo);
        addEcho("empty ones", frame(TextBegins, "") + frame(GoesOn, "") + frame(Ends, ""), fromServer(Text, ""));
        addEcho("empty ones around", frame(BinaryBegins, "") + frame(GoesOn, "middle") + frame(Ends, ""), fromServer(Binary, "middle"));
        add("a close in between", frame(TextBegins, "frag") + closeFrame(Normal), {}, Normal);
        add("a continuation of nothing", frame(Ends, "x"), {}, ProtocolError);
        add("an unfinished continuation of nothing", frame(GoesOn, "x") + frame(Ends, "y"), {}, ProtocolError);
        add("a continuation after the end", two + frame(Ends, "x"), echo, ProtocolError);
        add("a continuation of nothing, and a message", frame(GoesOn, "x") + frame(Text, "y"), {}, ProtocolError, 1);
        add("a text inside", frame(TextBegins, "a") + frame(Text, "b"), {}, ProtocolError);
        add("a binary inside", frame(TextBegins, "a") + frame(Binary, "b"), {}, ProtocolError);
        add("a second beginning", frame(TextBegins, "a") + frame(TextBegins, "b"), {}, ProtocolError);
    }
    void fragmented() { check(); }

    // ---- text is UTF-8: 8.1, and RFC 3629 ----

    void goodText_data()
    {
        columns();
        for (const char *hex : { "00", "7f", "c280", "dfbf", "e0a080", "ed9fbf", "ee8080", "efb790", "efbfbd", "efbfbe", "efbfbf", "f0908080",
                                 "f09fbfbe", "f48fbfbf", "cebae1bdb9cf83cebcceb5", "48656c6c6f2dc2b540c39fc3b6c3a4c3bcc3a0c3a12d5554462d382121" }) {
            const QByteArray text = QByteArray::fromHex(hex);
            addEcho(QByteArray(hex), frame(Text, text), fromServer(Text, text));
            if (text.size() > 1)
                addEcho(QByteArray(hex) + ", a fragment an octet", fragments(TextBegins, text, 1), fromServer(Text, text));
        }
        const QByteArray notText = QByteArray::fromHex("80ff");
        addEcho("anything in binary", frame(Binary, notText), fromServer(Binary, notText));
    }
    void goodText() { check(); }

    void badText_data()
    {
        columns();
        for (const char *hex : {
                 "80", "bf", "8080", "c3", "c328", "e282", "e28228", "f09f98", "f09f9828", // cut, or out of place
                 "c080", "c1bf", "e08080", "e09fbf", "f0808080", "f08fbfbf", // longer than needed
                 "eda080", "edad7f", "edbfbf", "eda080edb080", // surrogates
                 "f4908080", "f5808080", "f888808080", "fc8480808080", "fe", "ff", // beyond U+10FFFF
             }) {
            const QByteArray text = "before" + QByteArray::fromHex(hex);
            add(QByteArray(hex), frame(Text, text), {}, BadUtf8);
            add(QByteArray(hex) + ", a byte at a time", frame(Text, text), {}, BadUtf8, 1);
            add(QByteArray(hex) + ", a fragment an octet", fragments(TextBegins, text, 1), {}, BadUtf8);
            add(QByteArray(hex) + " after a message", frame(Text, "good") + frame(Text, text), fromServer(Text, "good"), BadUtf8);
        }
        // As soon as it is known (8.1): nothing more comes, and nobody waits for it.
        add("in a first fragment", frame(TextBegins, QByteArray::fromHex("cebaf4908080")), {}, BadUtf8);
        add("in a second fragment", frame(TextBegins, QByteArray::fromHex("cebaf4")) + frame(GoesOn, QByteArray::fromHex("9080")), {}, BadUtf8);
        add("in half a frame", frame(Text, QByteArray::fromHex("cebaf4908080") + QByteArray(100, 'x')).first(20), {}, BadUtf8);
    }
    void badText() { check(); }

    // ---- closing: 5.5.1 and 7.4 ----

    void closing_data()
    {
        columns();
        add("without a code", frame(Close, ""), {}, Normal);
        add("with a reason", closeFrame(Normal, "Hello World!"), {}, Normal);
        add("with the longest reason", closeFrame(Normal, QByteArray(123, '*')), {}, Normal);
        add("a byte at a time", closeFrame(Normal, "bye"), {}, Normal, 1);
        add("after a message", frame(Text, "last") + closeFrame(Normal), fromServer(Text, "last"), Normal);
        add("a message after it", closeFrame(Normal) + frame(Text, "late"), {}, Normal);
        add("a ping after it", closeFrame(Normal) + frame(Ping, "late"), {}, Normal);
        add("a second one", closeFrame(Normal) + closeFrame(1'001), {}, Normal);
        add("a message begun before it", frame(TextBegins, "half") + closeFrame(Normal) + frame(Ends, "late"), {}, Normal);
        add("payload of one byte", frame(Close, "x"), {}, ProtocolError);
        add("too long a reason", closeFrame(Normal, QByteArray(124, '*')), {}, ProtocolError);
        add("in fragments", frame(0x08, ""), {}, ProtocolError);
        add("a reason that is no text", closeFrame(Normal, QByteArray::fromHex("cebaeda080")), {}, BadUtf8);
        for (const int code : { 1'000, 1'001, 1'002, 1'003, 1'007, 1'008, 1'009, 1'010, 1'011, 1'012, 1'013, 1'014, 3'000, 3'999, 4'000, 4'999 })
            add("code " + QByteArray::number(code), closeFrame(code), {}, code);
        for (const int code : { 0, 999, 1'004, 1'005, 1'006, 1'015, 1'016, 1'100, 2'000, 2'999, 5'000, 65'535 })
            add("code " + QByteArray::number(code), closeFrame(code), {}, ProtocolError);
    }
    void closing() { check(); }
};

HEARTH_TEST_MAIN(tst_Conformance)
#include "tst_conformance.moc"
