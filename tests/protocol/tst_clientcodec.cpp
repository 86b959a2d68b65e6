#include "protocol/codec.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using codec::DecodeReason;

Q_DECLARE_METATYPE(hearth::ClientRequest)

namespace {

RoomId room(const QString &text) { return *RoomId::parse(text); }
UserName user(const QString &text) { return *UserName::parse(text); }
ClientId client(const QString &text) { return *ClientId::parse(text); }
/// JSON with `%1` filled in. (moc 6.4 loses its way where a raw string ends within a JSON string.)
QByteArray filled(const char *text, const QByteArray &value) { return QByteArray(text).replace("%1", value); }

} // namespace

class tst_ClientCodec : public test::Test
{
    Q_OBJECT

private slots:
    void reads_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<ClientRequest>("request");
        const auto row = [](const char *name, const QByteArray &json, const ClientRequest &request) {
            QTest::newRow(name) << json << request;
        };
        const RoomId ops = room(u"ops"_s);
        // the seed's frames
        row("ping", R"({"type":"ping"})", { {}, Ping {} });
        row("plain message", R"({"type":"message","content":"hi","user":"bo"})",
            { {}, PostMessage { .content = u"hi"_s, .user = user(u"bo"_s) } });
        row("plain typing", R"({"type":"typing","user":"bo","is_typing":true})",
            { {}, SetTyping { .isTyping = true, .user = user(u"bo"_s) } });
        // sessions
        row("hello", R"({"type":"hello","id":1,"user":"anna","token":"t","password":"p","client":{"name":"hearth","version":"0.1.0"},"features":["batch"]})",
            { RequestId(qint64 { 1 }), Hello { user(u"anna"_s), u"t"_s, u"p"_s, { u"hearth"_s, u"0.1.0"_s }, { u"batch"_s } } });
        row("short hello", R"({"type":"hello","user":"anna"})", { {}, Hello { .user = user(u"anna"_s) } });
        row("hello with an account", R"({"type":"hello","user":"anna","password":"p","account_password":"q"})",
            { {}, Hello { .user = user(u"anna"_s), .password = u"p"_s, .accountPassword = u"q"_s } });
        row("hello with an invite", R"({"type":"hello","user":"anna","invite":"mZ0pYw7Qk1uXrB5cT2aE9g"})",
            { {}, Hello { .user = user(u"anna"_s), .invite = u"mZ0pYw7Qk1uXrB5cT2aE9g"_s } });
        row("longest invite", filled(R"({"type":"hello","user":"a","invite":"%1"})", QByteArray(128, 'x')),
            { {}, Hello { .user = user(u"a"_s), .invite = QString(128, u'x') } });
        row("longest password", filled(R"({"type":"hello","user":"a","password":"%1"})", QByteArray(1'024, 'x')),
            { {}, Hello { .user = user(u"a"_s), .password = QString(1'024, u'x') } });
        row("presence", R"({"type":"presence","state":"busy"})", { {}, SetPresence { PresenceState::Busy } });
        // rooms
        row("rooms", R"({"type":"rooms","id":"a"})", { RequestId(u"a"_s), ListRooms {} });
        row("create_room", R"({"type":"create_room","room":"ops","name":"Ops","topic":"t","kind":"private"})",
            { {}, CreateRoom { ops, u"Ops"_s, u"t"_s, RoomKind::Private } });
        row("create_room, short", R"({"type":"create_room","room":"ops"})", { {}, CreateRoom { .room = ops } });
        row("join", R"({"type":"join","room":"ops"})", { {}, JoinRoom { ops } });
        row("join, one's own", R"({"type":"join"})", { {}, JoinRoom {} });
        row("leave", R"({"type":"leave","room":"ops"})", { {}, LeaveRoom { ops } });
        row("invite", R"({"type":"invite","room":"ops","user":"bo"})", { {}, InviteMember { ops, user(u"bo"_s) } });
        row("set_topic", R"({"type":"set_topic","room":"ops","topic":"new"})", { {}, SetTopic { ops, u"new"_s } });
        row("set_keep", R"({"type":"set_keep","room":"ops","keep_days":30})", { {}, SetKeep { ops, 30 } });
        row("set_keep, for good", R"({"type":"set_keep","keep_days":0})", { {}, SetKeep { {}, 0 } });
        row("set_keep, as the server does", R"({"type":"set_keep","room":"ops"})", { {}, SetKeep { ops, {} } });
        row("who", R"({"type":"who","room":"ops"})", { {}, Who { ops } });
        row("direct", R"({"type":"direct","user":"bo"})", { {}, OpenDirect { user(u"bo"_s) } });
        row("read", R"({"type":"read","room":"ops","seq":7})", { {}, MarkRead { ops, Seq(7) } });
        // messages
        row("message", R"({"type":"message","room":"ops","content":"hi","client_id":"c1","reply_to":3})",
            { {}, PostMessage { ops, u"hi"_s, client(u"c1"_s), Seq(3), {} } });
        row("content is verbatim", R"({"type":"message","content":" \t<b>é\r\n "})", { {}, PostMessage { .content = u" \t<b>é\r\n "_s } });
        row("escapes", R"({"type":"message","content":"\u00e9\ud83d\ude00\/"})", { {}, PostMessage { .content = u"é😀/"_s } });
        row("edit", R"({"type":"edit","room":"ops","seq":4,"content":"x"})", { {}, EditMessage { ops, Seq(4), u"x"_s } });
        row("delete", R"({"type":"delete","room":"ops","seq":4})", { {}, DeleteMessage { ops, Seq(4) } });
        row("react", R"({"type":"react","room":"ops","seq":4,"emoji":"👍","add":false})", { {}, React { ops, Seq(4), u"👍"_s, false } });
        row("react adds", R"({"type":"react","seq":4,"emoji":"👍"})", { {}, React { {}, Seq(4), u"👍"_s, true } });
        row("typing", R"({"type":"typing","room":"ops","is_typing":false})", { {}, SetTyping { ops, false, {} } });
        row("history", R"({"type":"history","room":"ops","before":9,"limit":20})", { {}, FetchHistory { ops, Seq(9), 20 } });
        row("history, short", R"({"type":"history"})", { {}, FetchHistory { {}, {}, 50 } });
        row("history clamps", R"({"type":"history","limit":1000000000})", { {}, FetchHistory { {}, {}, 500 } });
        row("sync", R"({"type":"sync","room":"ops","after":0,"limit":500})", { {}, SyncRoom { ops, Seq(0), 500 } });
        row("sync clamps", R"({"type":"sync","after":3,"limit":501})", { {}, SyncRoom { {}, Seq(3), 500 } });
        row("search", R"({"type":"search","query":"tea","room":"ops","from":"bo","before":9,"limit":101})",
            { {}, Search { u"tea"_s, ops, user(u"bo"_s), Seq(9), 100 } });
        row("announce", R"({"type":"announce","content":"fire drill"})", { {}, Announce { u"fire drill"_s } });
        row("subscribe", R"({"type":"subscribe","resource":"room","id":"ops"})",
            { RequestId(u"ops"_s), Subscribe { Resource::Room, u"ops"_s } });
        row("unsubscribe", R"({"type":"unsubscribe","resource":"user","id":"bo"})",
            { RequestId(u"bo"_s), Unsubscribe { Resource::User, u"bo"_s } });
        // moderation
        const UserName bo = user(u"bo"_s);
        row("set_role", R"({"type":"set_role","id":7,"user":"bo","role":"moderator"})", { RequestId(qint64 { 7 }), SetRole { bo, Role::Moderator } });
        row("kick", R"({"type":"kick","user":"bo","room":"ops","reason":"loud"})", { {}, Kick { bo, ops, u"loud"_s } });
        row("kick, out of the chat", R"({"type":"kick","user":"bo"})", { {}, Kick { bo, {}, {} } });
        row("ban", R"({"type":"ban","user":"bo","for_seconds":3600,"reason":"spam"})", { {}, Ban { bo, {}, 3'600, u"spam"_s } });
        row("ban of a subnet, for good", R"({"type":"ban","address":"192.0.2.0/24"})", { {}, Ban { {}, u"192.0.2.0/24"_s, {}, {} } });
        row("unban", R"({"type":"unban","user":"bo"})", { {}, Unban { bo, {} } });
        row("unban of an address", R"({"type":"unban","address":"2001:db8::1"})", { {}, Unban { {}, u"2001:db8::1"_s } });
        row("bans", R"({"type":"bans"})", { {}, ListBans {} });
        row("mute", R"({"type":"mute","user":"bo","room":"ops","for_seconds":1,"reason":"loud"})", { {}, Mute { bo, ops, 1, u"loud"_s } });
        row("mute everywhere, for good", R"({"type":"mute","user":"bo"})", { {}, Mute { bo, {}, {}, {} } });
        row("the longest mute", R"({"type":"mute","user":"bo","for_seconds":315360000})", { {}, Mute { bo, {}, 315'360'000, {} } });
        row("unmute", R"({"type":"unmute","user":"bo","room":"ops"})", { {}, Unmute { bo, ops } });
        row("set_slow_mode", R"({"type":"set_slow_mode","room":"ops","seconds":30})", { {}, SetSlowMode { ops, 30 } });
        row("set_slow_mode, off", R"({"type":"set_slow_mode","seconds":0})", { {}, SetSlowMode { {}, 0 } });
        row("close_room", R"({"type":"close_room","room":"ops"})", { {}, CloseRoom { ops, true } });
        row("close_room, open", R"({"type":"close_room","room":"ops","closed":false})", { {}, CloseRoom { ops, false } });
        row("admit", R"({"type":"admit","user":"bo"})", { {}, Admit { bo, true, {} } });
        row("admit, not", R"({"type":"admit","user":"bo","admit":false,"reason":"full"})", { {}, Admit { bo, false, u"full"_s } });
        row("waiting_guests", R"({"type":"waiting_guests"})", { {}, ListWaitingGuests {} });
        row("audit", R"({"type":"audit","before":9,"limit":20})", { {}, FetchAudit { 9, 20 } });
        row("audit, short", R"({"type":"audit"})", { {}, FetchAudit { {}, 50 } });
        row("audit clamps", R"({"type":"audit","limit":101})", { {}, FetchAudit { {}, 100 } });
        // accounts
        row("set_password", R"({"type":"set_password","old":"one","new":"two"})", { {}, SetPassword { u"one"_s, u"two"_s } });
        row("set_password, a first one", R"({"type":"set_password","new":"two"})", { {}, SetPassword { {}, u"two"_s } });
        row("sessions", R"({"type":"sessions"})", { {}, ListSessions {} });
        row("revoke_session", R"({"type":"revoke_session","session":"s1"})", { {}, RevokeSession { u"s1"_s } });
        row("users", R"({"type":"users"})", { {}, ListUsers {} });
        row("add_user", R"({"type":"add_user","user":"bo","password":"p","role":"owner"})", { {}, AddUser { user(u"bo"_s), u"p"_s, Role::Owner } });
        row("add_user, short", R"({"type":"add_user","user":"bo","password":"p"})", { {}, AddUser { user(u"bo"_s), u"p"_s, Role::Member } });
        row("remove_user", R"({"type":"remove_user","user":"bo"})", { {}, RemoveUser { user(u"bo"_s) } });
        row("reset_password", R"({"type":"reset_password","user":"bo","new":"p"})", { {}, ResetPassword { user(u"bo"_s), u"p"_s } });
        // invites
        row("create_invite", R"({"type":"create_invite","room":"ops","role":"moderator","uses":10,"for_seconds":3600,"note":"for the new ones"})",
            { {}, CreateInvite { ops, Role::Moderator, 10, 3'600, u"for the new ones"_s } });
        row("create_invite, short", R"({"type":"create_invite"})", { {}, CreateInvite { {}, Role::Member, {}, {}, {} } });
        row("create_invite, once, for a second", R"({"type":"create_invite","role":"guest","uses":1,"for_seconds":1})",
            { {}, CreateInvite { {}, Role::Guest, 1, 1, {} } });
        row("create_invite, the most", R"({"type":"create_invite","uses":10000,"for_seconds":315360000})",
            { {}, CreateInvite { {}, Role::Member, 10'000, 315'360'000, {} } });
        row("longest note", filled(R"({"type":"create_invite","note":"%1"})", QByteArray(200, 'n')),
            { {}, CreateInvite { {}, Role::Member, {}, {}, QString(200, u'n') } });
        row("invites", R"({"type":"invites","id":3})", { RequestId(qint64 { 3 }), ListInvites {} });
        row("revoke_invite", R"({"type":"revoke_invite","invite":"kR2xUQ0dW1mFz9aB"})", { {}, RevokeInvite { u"kR2xUQ0dW1mFz9aB"_s } });
        // what is ignored
        row("unknown members", R"({"type":"ping","from":"eve","seq":1,"timestamp":"x","nested":{"a":[1,{}]}})", { {}, Ping {} });
        row("null is absent", R"({"type":"message","content":"x","room":null,"client_id":null})", { {}, PostMessage { .content = u"x"_s } });
        row("unknown features", R"({"type":"hello","user":"a","features":["x","batch"]})", { {}, Hello { .user = user(u"a"_s), .features = { u"x"_s, u"batch"_s } } });
        row("whitespace", " {\n\t\"type\" : \"ping\" }\r\n", { {}, Ping {} });
        row("the largest id", R"({"type":"ping","id":9223372036854775807})", { RequestId(qint64 { 9'223'372'036'854'775'807 }), Ping {} });
        row("a negative id", R"({"type":"ping","id":-1})", { RequestId(qint64 { -1 }), Ping {} });
    }
    void reads()
    {
        QFETCH(QByteArray, json);
        QFETCH(ClientRequest, request);
        const auto decoded = codec::decodeClient(json);
        QVERIFY2(decoded, decoded ? "" : qPrintable(u"refused at %1"_s.arg(decoded.error().member)));
        QVERIFY(*decoded == request);
        // And back: what is written is read as the same.
        const auto again = codec::decodeClient(codec::encode(request));
        QVERIFY(again);
        QVERIFY(*again == request);
    }

    void writesWithoutWhatIsNotThere()
    {
        QCOMPARE(codec::encode(ClientRequest { {}, Ping {} }), R"({"type":"ping"})");
        QCOMPARE(codec::encode(ClientRequest { {}, PostMessage { .content = u"hi"_s, .user = user(u"bo"_s) } }),
                 R"({"type":"message","content":"hi","user":"bo"})");
        QCOMPARE(codec::encode(ClientRequest { RequestId(qint64 { 3 }), JoinRoom { room(u"ops"_s) } }),
                 R"({"type":"join","id":3,"room":"ops"})");
    }

    // ---- rainy ----

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<DecodeReason>("reason");
        const auto row = [](const char *name, const QByteArray &json, DecodeReason reason) { QTest::newRow(name) << json << reason; };
        // not JSON
        row("nothing", "", DecodeReason::NotJson);
        row("words", "hello", DecodeReason::NotJson);
        row("cut off", "{\"type\":\"ping\"", DecodeReason::NotJson);
        row("a comma too many", R"({"type":"ping",})", DecodeReason::NotJson);
        row("two values", R"({"type":"ping"}{"type":"ping"})", DecodeReason::NotJson);
        row("single quotes", "{'type':'ping'}", DecodeReason::NotJson);
        row("a comment", R"(/**/{"type":"ping"})", DecodeReason::NotJson);
        row("NaN", R"({"type":"ping","x":NaN})", DecodeReason::NotJson);
        row("a raw control character", "{\"type\":\"pi\nng\"}", DecodeReason::NotJson);
        row("not UTF-8", "{\"type\":\"message\",\"content\":\"\xff\"}", DecodeReason::NotUtf8);
        row("an encoded surrogate", "{\"type\":\"message\",\"content\":\"\xed\xa0\x80\"}", DecodeReason::NotUtf8);
        row("a lone high surrogate", R"({"type":"message","content":"\ud800"})", DecodeReason::LoneSurrogate);
        row("a lone low surrogate", R"({"type":"message","content":"\udc00"})", DecodeReason::LoneSurrogate);
        row("a lone surrogate in a key", R"({"type":"ping","\udc00":1})", DecodeReason::LoneSurrogate);
        row("NUL", R"({"type":"message","content":"a\u0000b"})", DecodeReason::NulCharacter);
        const char nul = 0;
        row("NUL byte", QByteArray(R"({"type":"message","content":"a_b"})").replace('_', nul), DecodeReason::NotJson);
        row("NUL byte behind it", QByteArray(R"({"type":"ping"})") + nul, DecodeReason::NotJson);
        row("more behind a NUL byte", QByteArray(R"({"type":"ping"})") + nul + "more", DecodeReason::NotJson);
        row("duplicate", R"({"type":"ping","type":"message"})", DecodeReason::DuplicateMember);
        row("duplicate, spelled otherwise", R"({"type":"ping","\u0074ype":"x"})", DecodeReason::DuplicateMember);
        row("duplicate within", R"({"type":"ping","x":{"a":1,"a":2}})", DecodeReason::DuplicateMember);
        row("1,001 levels", filled(R"({"type":"ping","x":%1})", QByteArray(1'000, '[') + QByteArray(1'000, ']')), DecodeReason::TooDeep);
        row("a million levels", QByteArray(1'000'000, '['), DecodeReason::TooDeep);
        // JSON, but no frame
        row("array", "[]", DecodeReason::NotAnObject);
        row("null", "null", DecodeReason::NotAnObject);
        row("string", "\"\"", DecodeReason::NotAnObject);
        row("number", "1", DecodeReason::NotAnObject);
        row("no type", "{}", DecodeReason::MissingMember);
        row("type is a number", R"({"type":1})", DecodeReason::WrongType);
        row("type is null", R"({"type":null})", DecodeReason::MissingMember);
        row("unknown type", R"({"type":"dance"})", DecodeReason::UnknownType);
        row("type in capitals", R"({"type":"PING"})", DecodeReason::UnknownType);
        row("a server's type", R"({"type":"welcome","user":"x"})", DecodeReason::UnknownType);
        // members
        row("message without content", R"({"type":"message","user":"bo"})", DecodeReason::MissingMember);
        row("content is a number", R"({"type":"message","content":1})", DecodeReason::WrongType);
        row("content is empty", R"({"type":"message","content":""})", DecodeReason::OutOfRange);
        row("content too long", filled(R"({"type":"message","content":"%1"})", QByteArray(16'385, 'x')), DecodeReason::TooLong);
        row("is_typing missing", R"({"type":"typing","user":"bo"})", DecodeReason::MissingMember);
        row("is_typing is a string", R"({"type":"typing","user":"bo","is_typing":"true"})", DecodeReason::WrongType);
        row("user is a number", R"({"type":"message","content":"x","user":7})", DecodeReason::WrongType);
        row("user is no name", R"({"type":"message","content":"x","user":"a@b"})", DecodeReason::BadName);
        row("room is no room", R"({"type":"message","content":"x","room":"No Room"})", DecodeReason::NoSuchRoom);
        row("room is empty", R"({"type":"join","room":""})", DecodeReason::OutOfRange);
        row("room is a list", R"({"type":"join","room":["ops"]})", DecodeReason::WrongType);
        row("create a direct room", R"({"type":"create_room","room":"dm:0123456789abcdef0123456789abcdef"})", DecodeReason::OutOfRange);
        row("create with capitals", R"({"type":"create_room","room":"Ops"})", DecodeReason::OutOfRange);
        row("create kind direct", R"({"type":"create_room","room":"ops","kind":"direct"})", DecodeReason::OutOfRange);
        row("create kind unknown", R"({"type":"create_room","room":"ops","kind":"secret"})", DecodeReason::OutOfRange);
        row("name with a line break", R"({"type":"create_room","room":"ops","name":"a\nb"})", DecodeReason::OutOfRange);
        row("topic too long", filled(R"({"type":"set_topic","topic":"%1"})", QByteArray(301, 'x')), DecodeReason::OutOfRange);
        row("topic missing", R"({"type":"set_topic"})", DecodeReason::MissingMember);
        row("keep_days negative", R"({"type":"set_keep","keep_days":-1})", DecodeReason::OutOfRange);
        row("keep_days of centuries", R"({"type":"set_keep","keep_days":36501})", DecodeReason::OutOfRange);
        row("keep_days in words", R"({"type":"set_keep","keep_days":"30 days"})", DecodeReason::WrongType);
        row("client_id empty", R"({"type":"message","content":"x","client_id":""})", DecodeReason::OutOfRange);
        row("client_id too long", filled(R"({"type":"message","content":"x","client_id":"%1"})", QByteArray(65, 'c')), DecodeReason::OutOfRange);
        row("seq is 0", R"({"type":"edit","seq":0,"content":"x"})", DecodeReason::OutOfRange);
        row("seq is negative", R"({"type":"delete","seq":-1})", DecodeReason::OutOfRange);
        row("seq is 2^63", R"({"type":"delete","seq":9223372036854775808})", DecodeReason::OutOfRange);
        row("seq is 1e999", R"({"type":"delete","seq":1e999})", DecodeReason::NumberOutOfRange);
        row("seq is 1.5", R"({"type":"delete","seq":1.5})", DecodeReason::OutOfRange);
        row("seq is a string", R"({"type":"delete","seq":"1"})", DecodeReason::WrongType);
        row("after missing", R"({"type":"sync","room":"ops"})", DecodeReason::MissingMember);
        row("after negative", R"({"type":"sync","after":-1})", DecodeReason::OutOfRange);
        row("limit 0", R"({"type":"history","limit":0})", DecodeReason::OutOfRange);
        row("limit negative", R"({"type":"history","limit":-5})", DecodeReason::OutOfRange);
        row("emoji empty", R"({"type":"react","seq":1,"emoji":""})", DecodeReason::OutOfRange);
        row("emoji with a space", R"({"type":"react","seq":1,"emoji":"a b"})", DecodeReason::OutOfRange);
        row("emoji too long", filled(R"({"type":"react","seq":1,"emoji":"%1"})", QByteArray(33, 'x')), DecodeReason::OutOfRange);
        row("query blank", R"({"type":"search","query":"  "})", DecodeReason::OutOfRange);
        row("before without room", R"({"type":"search","query":"x","before":3})", DecodeReason::OutOfRange);
        row("resource unknown", R"({"type":"subscribe","resource":"planet","id":"x"})", DecodeReason::OutOfRange);
        row("subscribe without id", R"({"type":"subscribe","resource":"room"})", DecodeReason::MissingMember);
        row("set_role unknown", R"({"type":"set_role","user":"bo","role":"king"})", DecodeReason::OutOfRange);
        row("set_role of nobody", R"({"type":"set_role","role":"owner"})", DecodeReason::MissingMember);
        row("reason too long", filled(R"({"type":"kick","user":"bo","reason":"%1"})", QByteArray(201, 'x')), DecodeReason::OutOfRange);
        row("reason of two lines", R"({"type":"kick","user":"bo","reason":"a\nb"})", DecodeReason::OutOfRange);
        row("ban of nothing", R"({"type":"ban"})", DecodeReason::OutOfRange);
        row("ban of both", R"({"type":"ban","user":"bo","address":"192.0.2.1"})", DecodeReason::OutOfRange);
        row("ban for no time", R"({"type":"ban","user":"bo","for_seconds":0})", DecodeReason::OutOfRange);
        row("ban of an endless address", filled(R"({"type":"ban","address":"%1"})", QByteArray(65, '1')), DecodeReason::OutOfRange);
        row("unban of nothing", R"({"type":"unban"})", DecodeReason::OutOfRange);
        row("mute for over ten years", R"({"type":"mute","user":"bo","for_seconds":315360001})", DecodeReason::OutOfRange);
        row("mute in words", R"({"type":"mute","user":"bo","for_seconds":"an hour"})", DecodeReason::WrongType);
        row("slow mode missing", R"({"type":"set_slow_mode"})", DecodeReason::MissingMember);
        row("slow mode of days", R"({"type":"set_slow_mode","seconds":21601})", DecodeReason::OutOfRange);
        row("closed in words", R"({"type":"close_room","closed":"yes"})", DecodeReason::WrongType);
        row("admit nobody", R"({"type":"admit"})", DecodeReason::MissingMember);
        row("audit before nothing", R"({"type":"audit","before":-1})", DecodeReason::OutOfRange);
        row("presence offline", R"({"type":"presence","state":"offline"})", DecodeReason::OutOfRange);
        row("hello without user", R"({"type":"hello"})", DecodeReason::MissingMember);
        row("hello, no name", R"({"type":"hello","user":"a\u202eb"})", DecodeReason::BadName);
        row("password a byte too long", filled(R"({"type":"hello","user":"a","password":"%1"})", QByteArray(1'023, 'x') + "é"), DecodeReason::OutOfRange);
        row("account password of 10 MB", filled(R"({"type":"hello","user":"a","account_password":"%1"})", QByteArray(10'000'000, 'x')), DecodeReason::OutOfRange);
        row("new password of 10 MB", filled(R"({"type":"set_password","new":"%1"})", QByteArray(10'000'000, 'x')), DecodeReason::OutOfRange);
        row("set_password without one", R"({"type":"set_password","old":"x"})", DecodeReason::MissingMember);
        row("add_user without a password", R"({"type":"add_user","user":"bo"})", DecodeReason::MissingMember);
        row("add_user with a role that is none", R"({"type":"add_user","user":"bo","password":"p","role":"king"})", DecodeReason::OutOfRange);
        row("invite too long", filled(R"({"type":"hello","user":"a","invite":"%1"})", QByteArray(129, 'x')), DecodeReason::OutOfRange);
        row("invite is a number", R"({"type":"hello","user":"a","invite":7})", DecodeReason::WrongType);
        row("invite for owners", R"({"type":"create_invite","role":"owner"})", DecodeReason::OutOfRange);
        row("invite for kings", R"({"type":"create_invite","role":"king"})", DecodeReason::OutOfRange);
        row("invite into no room", R"({"type":"create_invite","room":"No Room"})", DecodeReason::NoSuchRoom);
        row("invite for nobody", R"({"type":"create_invite","uses":0})", DecodeReason::OutOfRange);
        row("invite for too many", R"({"type":"create_invite","uses":10001})", DecodeReason::OutOfRange);
        row("uses in words", R"({"type":"create_invite","uses":"often"})", DecodeReason::WrongType);
        row("invite for no time", R"({"type":"create_invite","for_seconds":0})", DecodeReason::OutOfRange);
        row("invite for over ten years", R"({"type":"create_invite","for_seconds":315360001})", DecodeReason::OutOfRange);
        row("note too long", filled(R"({"type":"create_invite","note":"%1"})", QByteArray(201, 'n')), DecodeReason::OutOfRange);
        row("note of two lines", R"({"type":"create_invite","note":"a\nb"})", DecodeReason::OutOfRange);
        row("revoke_invite without one", R"({"type":"revoke_invite"})", DecodeReason::MissingMember);
        row("revoke_invite, id too long", filled(R"({"type":"revoke_invite","invite":"%1"})", QByteArray(65, 'i')), DecodeReason::OutOfRange);
        row("password of 10 MB", filled(R"({"type":"hello","user":"a","password":"%1"})", QByteArray(10'000'000, 'x')), DecodeReason::OutOfRange);
        row("client is a string", R"({"type":"hello","user":"a","client":"x"})", DecodeReason::WrongType);
        row("features is a string", R"({"type":"hello","user":"a","features":"batch"})", DecodeReason::WrongType);
        row("id is an object", R"({"type":"ping","id":{}})", DecodeReason::WrongType);
        row("id too long", filled(R"({"type":"ping","id":"%1"})", QByteArray(129, 'i')), DecodeReason::OutOfRange);
    }
    void refuses()
    {
        QFETCH(QByteArray, json);
        QFETCH(DecodeReason, reason);
        const auto decoded = codec::decodeClient(json);
        QVERIFY(!decoded);
        QCOMPARE(static_cast<int>(decoded.error().reason), static_cast<int>(reason));
    }
    void manyMembersAreRefused()
    {
        QByteArray json = "{\"type\":\"ping\"";
        for (int i = 0; i < 1'024; ++i)
            json += ",\"m" + QByteArray::number(i) + "\":0";
        const auto decoded = codec::decodeClient(json + "}");
        QVERIFY(!decoded);
        QVERIFY(decoded.error().reason == DecodeReason::TooManyMembers);
    }
    void aThousandLevelsAreRead()
    {
        QVERIFY(codec::decodeClient(filled(R"({"type":"ping","x":%1})", QByteArray(999, '[') + QByteArray(999, ']'))));
    }
    void theLimitCountsCodePoints()
    {
        const auto message = [](const QString &content) { return filled(R"({"type":"message","content":"%1"})", content.toUtf8()); };
        QVERIFY(codec::decodeClient(message(u"😀"_s.repeated(16'384))));
        QVERIFY(!codec::decodeClient(message(u"😀"_s.repeated(16'385))));
        QVERIFY(codec::decodeClient(message(QString(20'000, u'x')), { 0 })); // lifted
        QVERIFY(!codec::decodeClient(message(u"abcdef"_s), { 5 }));
    }
    void aRefusalCarriesTheIdAndTheMember()
    {
        const auto decoded = codec::decodeClient(R"({"type":"message","id":7,"client_id":"c1","content":5})");
        QVERIFY(!decoded);
        QVERIFY(decoded.error().id == RequestId(qint64 { 7 }));
        QVERIFY(decoded.error().clientId == client(u"c1"_s));
        QCOMPARE(decoded.error().member, u"content"_s);
    }
};

HEARTH_TEST_MAIN(tst_ClientCodec)
#include "tst_clientcodec.moc"
