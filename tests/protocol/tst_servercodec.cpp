#include "protocol/codec.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;
using codec::DecodeReason;

Q_DECLARE_METATYPE(hearth::ServerMessage)

namespace {

RoomId room(const QString &text) { return *RoomId::parse(text); }
UserName user(const QString &text) { return *UserName::parse(text); }
ClientId client(const QString &text) { return *ClientId::parse(text); }
const QDateTime Noon(QDate(2026, 11, 24), QTime(12, 0), Qt::UTC);

} // namespace

class tst_ServerCodec : public test::Test
{
    Q_OBJECT

private slots:
    /// What is written is exactly this, and read as the same again.
    void writesAndReads_data()
    {
        QTest::addColumn<ServerMessage>("message");
        QTest::addColumn<QByteArray>("json");
        const auto row = [](const char *name, const ServerMessage &message, const QByteArray &json) {
            QTest::newRow(name) << message << json;
        };
        const RoomId ops = room(u"ops"_s);
        const UserName bo = user(u"bo"_s);
        // the seed's frames
        row("connected", { {}, Connected { Noon, { u"s1"_s, u"The bridge"_s, u"0.1.0"_s } } },
            R"({"type":"connected","message":"Connected to chat","timestamp":"2026-11-24T12:00:00.000Z","protocol":1,"server":{"id":"s1","name":"The bridge","version":"0.1.0"},"access":"open","limits":{"max_message_size":1048576,"max_content_length":16384},"ping_interval_ms":30000})");
        row("connected, of one that forgets", { {}, Connected { Noon, { u"s1"_s, u"The bridge"_s, u"0.1.0"_s, 30 } } },
            R"({"type":"connected","message":"Connected to chat","timestamp":"2026-11-24T12:00:00.000Z","protocol":1,"server":{"id":"s1","name":"The bridge","version":"0.1.0","keep_days":30},"access":"open","limits":{"max_message_size":1048576,"max_content_length":16384},"ping_interval_ms":30000})");
        row("pong", { {}, Pong { Noon } }, R"({"type":"pong","timestamp":"2026-11-24T12:00:00.000Z"})");
        row("message", { {}, RoomEvent { ops, Seq(3), bo, Noon, MessagePosted { u"hi"_s, {}, {} } } },
            R"({"type":"message","room":"ops","seq":3,"user":"bo","timestamp":"2026-11-24T12:00:00.000Z","content":"hi"})");
        row("typing", { {}, Typing { ops, bo, true, Noon } },
            R"({"type":"typing","user":"bo","is_typing":true,"timestamp":"2026-11-24T12:00:00.000Z","room":"ops"})");
        // events
        row("message with everything", { {}, RoomEvent { ops, Seq(3), bo, Noon, MessagePosted { u"hi"_s, client(u"c1"_s), Seq(1) } } },
            R"({"type":"message","room":"ops","seq":3,"user":"bo","timestamp":"2026-11-24T12:00:00.000Z","content":"hi","client_id":"c1","reply_to":1})");
        row("edit", { {}, RoomEvent { ops, Seq(4), bo, Noon, MessageEdited { Seq(3), u"ho"_s } } },
            R"({"type":"edit","room":"ops","seq":4,"user":"bo","timestamp":"2026-11-24T12:00:00.000Z","target":3,"content":"ho"})");
        row("delete", { {}, RoomEvent { ops, Seq(5), bo, Noon, MessageDeleted { Seq(3) } } },
            R"({"type":"delete","room":"ops","seq":5,"user":"bo","timestamp":"2026-11-24T12:00:00.000Z","target":3})");
        row("reaction", { {}, RoomEvent { ops, Seq(6), bo, Noon, ReactionChanged { Seq(3), u"👍"_s, false } } },
            R"({"type":"reaction","room":"ops","seq":6,"user":"bo","timestamp":"2026-11-24T12:00:00.000Z","target":3,"emoji":"👍","add":false})");
        row("topic", { {}, RoomEvent { ops, Seq(7), bo, Noon, TopicChanged { u"t"_s } } },
            R"({"type":"topic","room":"ops","seq":7,"user":"bo","timestamp":"2026-11-24T12:00:00.000Z","topic":"t"})");
        row("member", { {}, RoomEvent { ops, Seq(8), bo, Noon, MembershipChanged { MembershipChanged::Change::Joined, user(u"anna"_s) } } },
            R"({"type":"member","room":"ops","seq":8,"user":"bo","timestamp":"2026-11-24T12:00:00.000Z","change":"joined","by":"anna"})");
        // replies
        row("ack", { RequestId(qint64 { 5 }), Ack { client(u"c1"_s), ops, Seq(3), Noon } },
            R"({"type":"ack","id":5,"client_id":"c1","room":"ops","seq":3,"timestamp":"2026-11-24T12:00:00.000Z"})");
        row("left", { RequestId(u"x"_s), Left { ops } }, R"({"type":"left","id":"x","room":"ops"})");
        row("joined", { {}, Joined { ops, Seq(9), { MemberInfo { bo, PresenceState::Away, Role::Moderator, {} } } } },
            R"({"type":"joined","room":"ops","last_seq":9,"members":[{"user":"bo","state":"away","role":"moderator"}]})");
        row("members", { {}, MembersListed { ops, { MemberInfo { bo, PresenceState::Offline, Role::Guest, Noon } } } },
            R"({"type":"members","room":"ops","members":[{"user":"bo","state":"offline","role":"guest","last_seen":"2026-11-24T12:00:00.000Z"}]})");
        row("history", { {}, History { ops, { MessageSnapshot { ops, Seq(3), bo, u"ho"_s, Noon, {}, Seq(1), Noon, false, { { u"👍"_s, { bo } } } } }, true } },
            R"({"type":"history","room":"ops","messages":[{"type":"message","room":"ops","seq":3,"user":"bo","timestamp":"2026-11-24T12:00:00.000Z","content":"ho","reply_to":1,"edited_at":"2026-11-24T12:00:00.000Z","reactions":[{"emoji":"👍","count":1,"users":["bo"]}]}],"has_more":true})");
        row("tombstone", { {}, History { ops, { MessageSnapshot { ops, Seq(3), bo, {}, Noon, {}, {}, {}, true, {} } }, false } },
            R"({"type":"history","room":"ops","messages":[{"type":"message","room":"ops","seq":3,"user":"bo","timestamp":"2026-11-24T12:00:00.000Z","content":"","deleted":true}],"has_more":false})");
        row("sync", { {}, Synced { ops, { RoomEvent { ops, Seq(5), bo, Noon, MessageDeleted { Seq(3) } } }, Seq(5), false } },
            R"({"type":"sync","room":"ops","events":[{"type":"delete","room":"ops","seq":5,"user":"bo","timestamp":"2026-11-24T12:00:00.000Z","target":3}],"last_seq":5,"has_more":false})");
        row("sync after a loss", { {}, Synced { ops, {}, Seq(5), false, Seq(6) } },
            R"({"type":"sync","room":"ops","events":[],"last_seq":5,"has_more":false,"first_seq":6})");
        row("results", { {}, SearchResults { {}, false } }, R"({"type":"results","messages":[],"has_more":false})");
        row("subscribed", { {}, Subscribed { Resource::Room, u"ops"_s } }, R"({"type":"subscribed","resource":"room","id":"ops"})");
        row("unsubscribed", { {}, Unsubscribed { Resource::User, u"bo"_s } }, R"({"type":"unsubscribed","resource":"user","id":"bo"})");
        // news
        row("user_joined", { {}, UserJoined { ops, bo, Noon } },
            R"({"type":"user_joined","room":"ops","user":"bo","timestamp":"2026-11-24T12:00:00.000Z"})");
        row("user_left", { {}, UserLeft { ops, bo, Noon } },
            R"({"type":"user_left","room":"ops","user":"bo","timestamp":"2026-11-24T12:00:00.000Z"})");
        row("presence in the clear", { {}, Presence { bo, PresenceState::Online, {}, true } },
            R"({"type":"presence","user":"bo","state":"online","encrypted":false})");
        row("listeners in the clear", { {}, ListenersChanged { ops, 2 } }, R"({"type":"listeners","room":"ops","unencrypted":2})");
        row("listeners no more", { {}, ListenersChanged { ops, 0 } }, R"({"type":"listeners","room":"ops","unencrypted":0})");
        row("members in the clear", { {}, UserUpdated { { bo, PresenceState::Online, Role::Guest, {}, true } } },
            R"({"type":"update","resource":"user","id":"bo","user":"bo","state":"online","role":"guest","encrypted":false})");
        row("presence", { {}, Presence { bo, PresenceState::Offline, Noon } },
            R"({"type":"presence","user":"bo","state":"offline","last_seen":"2026-11-24T12:00:00.000Z"})");
        row("read", { {}, ReadMarkMoved { ops, Seq(3) } }, R"({"type":"read","room":"ops","seq":3})");
        row("notification", { {}, Notification { Notification::Kind::Mention, ops, Seq(3), bo, u"@anna"_s, Noon } },
            R"({"type":"notification","kind":"mention","room":"ops","seq":3,"user":"bo","content":"@anna","timestamp":"2026-11-24T12:00:00.000Z"})");
        row("announcement", { {}, Notification { Notification::Kind::System, {}, {}, bo, u"fire"_s, Noon } },
            R"({"type":"notification","kind":"system","user":"bo","content":"fire","timestamp":"2026-11-24T12:00:00.000Z"})");
        row("keep", { {}, KeepChanged { ops, 30, Seq(812) } }, R"({"type":"keep","room":"ops","keep_days":30,"first_seq":812})");
        row("keep for good", { {}, KeepChanged { ops, 0, Seq(1) } }, R"({"type":"keep","room":"ops","keep_days":0})");
        row("keep as the server does", { {}, KeepChanged { ops, {}, Seq(1) } }, R"({"type":"keep","room":"ops"})");
        row("left, removed", { {}, Left { ops, user(u"anna"_s), u"loud"_s } }, R"({"type":"left","room":"ops","by":"anna","reason":"loud"})");
        // moderation
        const UserName anna = user(u"anna"_s);
        row("bans", { {}, BansListed { { BanInfo { bo, {}, anna, Noon, Noon.addDays(1), u"spam"_s }, BanInfo { {}, u"192.0.2.0/24"_s, {}, Noon, {}, {} } },
                                       { MuteInfo { bo, ops, anna, Noon, Noon.addDays(1), u"loud"_s }, MuteInfo { bo, {}, {}, Noon, {}, {} } } } },
            R"({"type":"bans","bans":[{"user":"bo","by":"anna","timestamp":"2026-11-24T12:00:00.000Z","until":"2026-11-25T12:00:00.000Z","reason":"spam"},{"address":"192.0.2.0/24","timestamp":"2026-11-24T12:00:00.000Z"}],"mutes":[{"user":"bo","room":"ops","by":"anna","timestamp":"2026-11-24T12:00:00.000Z","until":"2026-11-25T12:00:00.000Z","reason":"loud"},{"user":"bo","timestamp":"2026-11-24T12:00:00.000Z"}]})");
        row("audit", { RequestId(qint64 { 4 }), AuditListed { { AuditEntry { 9, Noon, anna, Deed::DeleteMessage, bo, ops, Seq(3), {}, {}, {}, {}, {} },
                                                               AuditEntry { 8, Noon, {}, Deed::SetRole, bo, {}, {}, {}, Role::Moderator, {}, {}, {} },
                                                               AuditEntry { 7, Noon, anna, Deed::SlowMode, {}, ops, {}, {}, {}, 30, {}, {} },
                                                               AuditEntry { 6, Noon, anna, Deed::Ban, {}, {}, {}, u"192.0.2.1"_s, {}, {}, Noon, u"spam"_s } }, true } },
            R"({"type":"audit","id":4,"entries":[{"entry":9,"timestamp":"2026-11-24T12:00:00.000Z","by":"anna","deed":"delete","user":"bo","room":"ops","seq":3},{"entry":8,"timestamp":"2026-11-24T12:00:00.000Z","deed":"set_role","user":"bo","role":"moderator"},{"entry":7,"timestamp":"2026-11-24T12:00:00.000Z","by":"anna","deed":"set_slow_mode","room":"ops","seconds":30},{"entry":6,"timestamp":"2026-11-24T12:00:00.000Z","by":"anna","deed":"ban","address":"192.0.2.1","until":"2026-11-24T12:00:00.000Z","reason":"spam"}],"has_more":true})");
        row("waiting", { RequestId(qint64 { 1 }), Waiting { bo, Noon } }, R"({"type":"waiting","id":1,"user":"bo","until":"2026-11-24T12:00:00.000Z"})");
        row("guest_waiting", { {}, GuestWaiting { { bo, u"hearth 0.1.0"_s, u"192.0.2.1"_s, Noon }, true } },
            R"({"type":"guest_waiting","user":"bo","client":"hearth 0.1.0","address":"192.0.2.1","timestamp":"2026-11-24T12:00:00.000Z","is_waiting":true})");
        row("waiting_guests", { {}, WaitingGuestsListed { { GuestInfo { bo, {}, {}, Noon } } } },
            R"({"type":"waiting_guests","guests":[{"user":"bo","timestamp":"2026-11-24T12:00:00.000Z"}]})");
        row("muted", { {}, MuteChanged { ops, true, anna, Noon, u"loud"_s } },
            R"({"type":"muted","room":"ops","is_muted":true,"by":"anna","until":"2026-11-24T12:00:00.000Z","reason":"loud"})");
        row("muted no more", { {}, MuteChanged { {}, false, {}, {}, {} } }, R"({"type":"muted","is_muted":false})");
        row("restricted", { {}, RoomRestricted { ops, 30, true } }, R"({"type":"restricted","room":"ops","slow_mode_seconds":30,"is_closed":true})");
        row("restricted no more", { {}, RoomRestricted { ops, 0, false } }, R"({"type":"restricted","room":"ops"})");
        row("sessions", { RequestId(qint64 { 1 }), SessionsListed { { SessionInfo { u"s1"_s, u"hearth 0.1.0"_s, u"192.0.2.7"_s, Noon, Noon, true, false } } } },
            R"({"type":"sessions","id":1,"sessions":[{"session":"s1","client":"hearth 0.1.0","address":"192.0.2.7","created_at":"2026-11-24T12:00:00.000Z","last_seen":"2026-11-24T12:00:00.000Z","is_online":true,"is_current":false}]})");
        row("users", { {}, UsersListed { { AccountInfo { bo, Role::Owner, true, PresenceState::Offline, Noon, false }, AccountInfo { bo, Role::Guest, false, PresenceState::Offline, {}, true } } } },
            R"({"type":"users","users":[{"user":"bo","role":"owner","has_password":true,"state":"offline","last_seen":"2026-11-24T12:00:00.000Z"},{"user":"bo","role":"guest","has_password":false,"state":"offline","removed":true}]})");
        // invites
        const InviteInfo full { u"kR2xUQ0dW1mFz9aB"_s, ops, Role::Moderator, anna, u"for the new ones"_s, Noon, Noon.addDays(1), 2, 10 };
        const InviteInfo bare { u"Zq81mFz9aBkR2xUQ"_s, {}, Role::Guest, {}, {}, Noon, {}, 0, {} };
        row("invite_created", { RequestId(qint64 { 5 }), InviteCreated { full, u"mZ0pYw7Qk1uXrB5cT2aE9g"_s } },
            R"({"type":"invite_created","id":5,"invite":{"invite":"kR2xUQ0dW1mFz9aB","room":"ops","role":"moderator","by":"anna","note":"for the new ones","timestamp":"2026-11-24T12:00:00.000Z","until":"2026-11-25T12:00:00.000Z","used":2,"max_uses":10},"code":"mZ0pYw7Qk1uXrB5cT2aE9g"})");
        row("invites", { RequestId(qint64 { 6 }), InvitesListed { { bare, full } } },
            R"({"type":"invites","id":6,"invites":[{"invite":"Zq81mFz9aBkR2xUQ","role":"guest","timestamp":"2026-11-24T12:00:00.000Z","used":0},{"invite":"kR2xUQ0dW1mFz9aB","room":"ops","role":"moderator","by":"anna","note":"for the new ones","timestamp":"2026-11-24T12:00:00.000Z","until":"2026-11-25T12:00:00.000Z","used":2,"max_uses":10}]})");
        row("no invites", { {}, InvitesListed {} }, R"({"type":"invites","invites":[]})");
        row("audit of invites", { {}, AuditListed { { AuditEntry { 11, Noon, bo, Deed::UseInvite, {}, ops, {}, {}, Role::Member, {}, {}, {} },
                                                      AuditEntry { 10, Noon, anna, Deed::RevokeInvite, {}, {}, {}, {}, Role::Guest, {}, {}, {} } }, false } },
            R"({"type":"audit","entries":[{"entry":11,"timestamp":"2026-11-24T12:00:00.000Z","by":"bo","deed":"use_invite","room":"ops","role":"member"},{"entry":10,"timestamp":"2026-11-24T12:00:00.000Z","by":"anna","deed":"revoke_invite","role":"guest"}],"has_more":false})");
        // errors
        Error error;
        error.code = ErrorCode::InvalidJson;
        error.timestamp = Noon;
        Error banned = error;
        banned.code = ErrorCode::Forbidden;
        banned.message = u"You are banned"_s;
        banned.removal = Removal { Removal::Kind::Banned, user(u"anna"_s), Noon, u"spam"_s };
        row("error with a removal", { {}, banned },
            R"({"type":"error","message":"You are banned","code":"forbidden","timestamp":"2026-11-24T12:00:00.000Z","removal":{"kind":"banned","by":"anna","until":"2026-11-24T12:00:00.000Z","reason":"spam"}})");
        row("error", { {}, error }, R"({"type":"error","message":"Invalid JSON format","code":"invalid_json","timestamp":"2026-11-24T12:00:00.000Z"})");
    }
    void writesAndReads()
    {
        QFETCH(ServerMessage, message);
        QFETCH(QByteArray, json);
        QCOMPARE(codec::encode(message), json);
        const auto decoded = codec::decodeServer(json);
        QVERIFY2(decoded, decoded ? "" : qPrintable(u"refused at %1"_s.arg(decoded.error().member)));
        QCOMPARE(decoded->size(), 1);
        // The error's words are filled in on the way; a subscription's `id` is its resource's and the request's at once.
        if (!std::holds_alternative<Error>(message.frame))
            QVERIFY(decoded->first().frame == message.frame);
    }

    void roundTrips_data()
    {
        QTest::addColumn<ServerMessage>("message");
        const RoomSummary summary { room(u"ops"_s), u"Ops"_s, u"t"_s, RoomKind::Private, Seq(9), Seq(7), 2, 1, true, {}, 4 };
        RoomSummary direct = summary;
        direct.room = room(u"dm:0123456789abcdef0123456789abcdef"_s);
        direct.kind = RoomKind::Direct;
        direct.peer = user(u"bo"_s);
        QTest::newRow("welcome") << ServerMessage { RequestId(qint64 { 1 }), Welcome { user(u"anna"_s), u"tok"_s, Role::Owner, Noon, { summary, direct },
                                                    { MemberInfo { user(u"bo"_s), PresenceState::Online, Role::Guest, {} } } } };
        QTest::newRow("rooms") << ServerMessage { {}, RoomsListed { { summary, direct } } };
        QTest::newRow("room") << ServerMessage { {}, RoomOpened { direct } };
        RoomSummary forgetful = summary;
        forgetful.keepDays = 0;
        forgetful.firstSeq = Seq(5);
        forgetful.creator = user(u"bo"_s);
        forgetful.slowModeSeconds = 30;
        forgetful.isClosed = true;
        QTest::newRow("room that forgot") << ServerMessage { {}, RoomOpened { forgetful } };
        QTest::newRow("room update") << ServerMessage { {}, RoomUpdated { summary } };
        QTest::newRow("user update") << ServerMessage { {}, UserUpdated { MemberInfo { user(u"bo"_s), PresenceState::Busy, Role::Member, {} } } };
        Error error { ErrorCode::RateLimited, u"Rate limit exceeded"_s, u"detail"_s, Noon, 250, client(u"c1"_s), {} };
        QTest::newRow("rate limited") << ServerMessage { RequestId(u"a"_s), error };
        error = { ErrorCode::Internal, u"Internal server error"_s, {}, Noon, {}, {}, u"beef"_s };
        QTest::newRow("internal") << ServerMessage { {}, error };
    }
    void roundTrips()
    {
        QFETCH(ServerMessage, message);
        const auto decoded = codec::decodeServer(codec::encode(message));
        QVERIFY2(decoded, decoded ? "" : qPrintable(u"refused at %1"_s.arg(decoded.error().member)));
        QVERIFY(decoded->first().frame == message.frame);
    }

    void aBatchIsItsFrames()
    {
        const QByteArray batch = codec::encodeBatch({ codec::encode(ServerFrame(Pong { Noon })), codec::encode(ServerFrame(Left { room(u"ops"_s) })) });
        QCOMPARE(batch, R"({"type":"batch","messages":[{"type":"pong","timestamp":"2026-11-24T12:00:00.000Z"},{"type":"left","room":"ops"}]})");
        const auto decoded = codec::decodeServer(batch);
        QVERIFY(decoded);
        QCOMPARE(decoded->size(), 2);
        QVERIFY(decoded->at(1).frame == ServerFrame(Left { room(u"ops"_s) }));
    }
    void whatALaterVersionSaysIsReadAsFarAsItGoes()
    {
        const auto later = codec::decodeServer(R"({"type":"batch","messages":[{"type":"dance"},{"type":"batch","messages":[]}]})");
        QVERIFY(later);
        QVERIFY(later->isEmpty());
        const auto error = codec::decodeServer(R"({"type":"error","code":"odd","message":"x","timestamp":"2026-11-24T12:00:00.000Z"})");
        QVERIFY(error);
        QVERIFY(std::get<Error>(error->first().frame).code == ErrorCode::Internal);
        QVERIFY(codec::decodeServer(R"({"type":"pong","timestamp":"2026-11-24T12:00:00.000Z","mood":"fine"})"));
        const auto audit = codec::decodeServer(R"({"type":"audit","entries":[{"entry":1,"timestamp":"2026-11-24T12:00:00.000Z","deed":"dance"}],"has_more":false})");
        QVERIFY(audit);
        QVERIFY(std::get<AuditListed>(audit->first().frame).entries.first().deed == Deed::Other);
    }

    // ---- rainy ----

    void refuses_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::addColumn<DecodeReason>("reason");
        const auto row = [](const char *name, const QByteArray &json, DecodeReason reason) { QTest::newRow(name) << json << reason; };
        row("nothing", "", DecodeReason::NotJson);
        row("array", "[]", DecodeReason::NotAnObject);
        row("no type", "{}", DecodeReason::MissingMember);
        row("unknown type", R"({"type":"hello"})", DecodeReason::UnknownType);
        row("no timestamp", R"({"type":"pong"})", DecodeReason::MissingMember);
        row("no time", R"({"type":"pong","timestamp":"noon"})", DecodeReason::OutOfRange);
        row("seq 0", R"({"type":"message","room":"ops","seq":0,"user":"bo","timestamp":"2026-11-24T12:00:00.000Z","content":"x"})", DecodeReason::OutOfRange);
        row("first_seq 0", R"({"type":"keep","room":"ops","first_seq":0})", DecodeReason::OutOfRange);
        row("a name that is none", R"({"type":"user_left","room":"ops","user":"b\u202eo","timestamp":"2026-11-24T12:00:00.000Z"})", DecodeReason::BadName);
        row("a ban without its time", R"({"type":"bans","bans":[{"user":"bo"}],"mutes":[]})", DecodeReason::MissingMember);
        row("an unknown role in the audit log", R"({"type":"audit","entries":[{"entry":1,"timestamp":"2026-11-24T12:00:00.000Z","deed":"set_role","role":"king"}],"has_more":false})", DecodeReason::OutOfRange);
        row("an unknown removal", R"({"type":"error","code":"forbidden","message":"x","timestamp":"2026-11-24T12:00:00.000Z","removal":{"kind":"eaten"}})", DecodeReason::OutOfRange);
        row("an invite without its code", R"({"type":"invite_created","invite":{"invite":"i","role":"guest","timestamp":"2026-11-24T12:00:00.000Z","used":0}})", DecodeReason::MissingMember);
        row("an invite without itself", R"({"type":"invite_created","code":"c"})", DecodeReason::MissingMember);
        row("an invite used less than never", R"({"type":"invites","invites":[{"invite":"i","role":"guest","timestamp":"2026-11-24T12:00:00.000Z","used":-1}]})", DecodeReason::OutOfRange);
        row("an invite for nobody", R"({"type":"invites","invites":[{"invite":"i","role":"guest","timestamp":"2026-11-24T12:00:00.000Z","used":0,"max_uses":0}]})", DecodeReason::OutOfRange);
        row("unknown state", R"({"type":"presence","user":"bo","state":"asleep"})", DecodeReason::OutOfRange);
        row("messages is no list", R"({"type":"history","room":"ops","messages":{},"has_more":false})", DecodeReason::WrongType);
        row("a message in it is wrong", R"({"type":"history","room":"ops","messages":[{"room":"ops"}],"has_more":false})", DecodeReason::MissingMember);
        row("an event in it is unknown", R"({"type":"sync","room":"ops","events":[{"type":"dance","room":"ops","seq":1,"user":"bo","timestamp":"2026-11-24T12:00:00.000Z"}],"last_seq":1,"has_more":false})", DecodeReason::UnknownType);
    }
    void refuses()
    {
        QFETCH(QByteArray, json);
        QFETCH(DecodeReason, reason);
        const auto decoded = codec::decodeServer(json);
        QVERIFY(!decoded);
        QCOMPARE(static_cast<int>(decoded.error().reason), static_cast<int>(reason));
    }
};

HEARTH_TEST_MAIN(tst_ServerCodec)
#include "tst_servercodec.moc"
