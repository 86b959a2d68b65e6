#include "app/administration.h"
#include "app/moderationcommands.h"
#include "protocol/codec.h"
#include "tests/support/testmain.h"

#include <QCoreApplication>

using namespace hearth;
using namespace Qt::Literals::StringLiterals;

namespace {

const QDateTime Noon(QDate(2026, 11, 24), QTime(12, 0), Qt::UTC);

QStringList split(const QString &words) { return words.split(u' '); }

} // namespace

class tst_ModerationCommands : public test::Test
{
    Q_OBJECT

private slots:
    void asks_data()
    {
        QTest::addColumn<QString>("words");
        QTest::addColumn<QByteArray>("frame");
        const auto row = [](const char *words, const QByteArray &frame) { QTest::newRow(words) << QString::fromLatin1(words) << frame; };
        row("role bo moderator", R"({"type":"set_role","user":"bo","role":"moderator"})");
        row("kick bo", R"({"type":"kick","user":"bo"})");
        row("kick bo from ops because too  loud", R"({"type":"kick","user":"bo","room":"ops","reason":"too loud"})");
        row("ban bo", R"({"type":"ban","user":"bo"})");
        row("ban bo for 2h because for spam", R"({"type":"ban","user":"bo","for_seconds":7200,"reason":"for spam"})");
        row("ban 192.0.2.0/24 for 7d", R"({"type":"ban","address":"192.0.2.0/24","for_seconds":604800})");
        row("ban 2001:db8::1", R"({"type":"ban","address":"2001:db8::1"})");
        row("unban bo", R"({"type":"unban","user":"bo"})");
        row("unban 192.0.2.1", R"({"type":"unban","address":"192.0.2.1"})");
        row("bans", R"({"type":"bans"})");
        row("mute bo in ops for 45s", R"({"type":"mute","user":"bo","room":"ops","for_seconds":45})");
        row("mute bo for 30m", R"({"type":"mute","user":"bo","for_seconds":1800})");
        row("unmute bo in ops", R"({"type":"unmute","user":"bo","room":"ops"})");
        row("slow-mode ops 30", R"({"type":"set_slow_mode","room":"ops","seconds":30})");
        row("close-room ops", R"({"type":"close_room","room":"ops","closed":true})");
        row("open-room ops", R"({"type":"close_room","room":"ops","closed":false})");
        row("kick bo from #ops", R"({"type":"kick","user":"bo","room":"ops"})");
        row("mute bo in #ops", R"({"type":"mute","user":"bo","room":"ops"})");
        row("slow-mode #ops 30", R"({"type":"set_slow_mode","room":"ops","seconds":30})");
        row("close-room #ops", R"({"type":"close_room","room":"ops","closed":true})");
        row("messages #ops", R"({"type":"history","room":"ops","limit":50})");
        row("delete #ops 7", R"({"type":"delete","room":"ops","seq":7})");
        row("messages ops", R"({"type":"history","room":"ops","limit":50})");
        row("messages ops before 7", R"({"type":"history","room":"ops","before":7,"limit":50})");
        row("delete ops 7", R"({"type":"delete","room":"ops","seq":7})");
        row("guests", R"({"type":"waiting_guests"})");
        row("admit cy", R"({"type":"admit","user":"cy","admit":true})");
        row("turn-away cy because full", R"({"type":"admit","user":"cy","admit":false,"reason":"full"})");
        row("audit", R"({"type":"audit","limit":100})");
        row("audit before 9", R"({"type":"audit","before":9,"limit":100})");
    }
    void asks()
    {
        QFETCH(QString, words);
        QFETCH(QByteArray, frame);
        QVERIFY(isAdministration(split(words).first()));
        const auto request = administrationRequest(split(words), {});
        QVERIFY2(request, request ? "" : qPrintable(request.error()));
        QCOMPARE(codec::encode(ClientRequest { {}, *request }), frame);
    }

    void tells()
    {
        const UserName bo = UserName::parse(u"bo"_s).value();
        const UserName anna = UserName::parse(u"anna"_s).value();
        const RoomId ops = RoomId::parse(u"ops"_s).value();
        QCOMPARE(wordsFor(BansListed {}), u"Nobody."_s);
        QCOMPARE(wordsFor(BansListed { { BanInfo { bo, {}, anna, Noon, Noon, u"spam"_s }, BanInfo { {}, u"192.0.2.1"_s, {}, Noon, {}, {} } },
                                       { MuteInfo { bo, ops, anna, Noon, {}, {} } } }),
                 u"banned\tbo\tby anna\tuntil 2026-11-24 12:00\tspam\nbanned\t192.0.2.1\tby -\nmuted\tbo in #ops\tby anna"_s);
        QCOMPARE(wordsFor(AuditListed {}), u"Nothing yet."_s);
        QCOMPARE(wordsFor(AuditListed { { AuditEntry { 7, Noon, anna, Deed::DeleteMessage, bo, ops, Seq(3), {}, {}, {}, {}, {} } }, true }),
                 u"7\t2026-11-24 12:00\tanna\tdelete\tbo #ops message 3\nMore: audit before 7"_s);
        QCOMPARE(wordsFor(WaitingGuestsListed { { GuestInfo { bo, u"hearth 0.1.0"_s, u"192.0.2.7"_s, Noon } } }),
                 u"bo\t192.0.2.7\tsince 2026-11-24 12:00\thearth 0.1.0"_s);
    }

    /// In a terminal: in a line of its own, whatever is in it.
    void whatOthersSaidIsInert()
    {
        MessageSnapshot message;
        message.seq = Seq(7);
        message.user = UserName::parse(u"bo"_s).value();
        message.timestamp = Noon;
        message.content = u"a\u001b[2Jb\n8\u202ec 🎉"_s;
        MessageSnapshot gone = message;
        gone.seq = Seq(8);
        gone.content.clear();
        gone.isDeleted = true;
        QCOMPARE(wordsFor(History { {}, { message, gone } }),
                 u"7\t2026-11-24 12:00\tbo\ta\ufffd[2Jb 8\ufffdc 🎉\n8\t2026-11-24 12:00\tbo\t(deleted)"_s);
        QCOMPARE(wordsFor(History {}), u"Nothing."_s);
        // And so is what they gave as a reason, or call their program.
        const QString said = u"x\u001b[2J\ty\n"_s;
        const QString shown = u"x\ufffd[2J y"_s;
        const UserName bo = message.user;
        QCOMPARE(wordsFor(BansListed { { BanInfo { bo, {}, {}, Noon, {}, said } }, { MuteInfo { bo, {}, {}, Noon, {}, said } } }),
                 u"banned\tbo\tby -\t%1\nmuted\tbo\tby -\t%1"_s.arg(shown));
        QCOMPARE(wordsFor(AuditListed { { AuditEntry { 7, Noon, {}, Deed::Kick, bo, {}, {}, {}, {}, {}, {}, said } }, false }),
                 u"7\t2026-11-24 12:00\t-\tkick\tbo\t%1"_s.arg(shown));
        QCOMPARE(wordsFor(WaitingGuestsListed { { GuestInfo { bo, said, u"192.0.2.7"_s, Noon } } }),
                 u"bo\t192.0.2.7\tsince 2026-11-24 12:00\t%1"_s.arg(shown));
    }

    void whatIsDoneIsSaid()
    {
        const UserName bo = UserName::parse(u"bo"_s).value();
        QCOMPARE(wordsFor(ClientFrame { Kick { bo, {}, {} } }, ServerFrame { Ack {} }), std::optional(u"Done."_s));
        QCOMPARE(wordsFor(ClientFrame { RemoveUser { bo } }, ServerFrame { Ack {} }), std::optional(u"bo is removed."_s));
        QCOMPARE(wordsFor(ClientFrame { ListUsers {} }, ServerFrame { UsersListed {} }), std::optional(u"Nobody yet."_s));
        QCOMPARE(wordsFor(ClientFrame { ListBans {} }, ServerFrame { BansListed {} }), std::optional(u"Nobody."_s));
    }

    // ---- rainy ----

    /// Nobody is told that it was done by a reply that says something else.
    void anotherReplyIsNotTakenForDone()
    {
        const UserName bo = UserName::parse(u"bo"_s).value();
        QCOMPARE(wordsFor(ClientFrame { Kick { bo, {}, {} } }, ServerFrame { Pong {} }), std::nullopt);
        QCOMPARE(wordsFor(ClientFrame { RemoveUser { bo } }, ServerFrame { UsersListed {} }), std::nullopt);
        QCOMPARE(wordsFor(ClientFrame { ListUsers {} }, ServerFrame { Ack {} }), std::nullopt);
        QCOMPARE(wordsFor(ClientFrame { ListBans {} }, ServerFrame { AuditListed {} }), std::nullopt);
    }

    void refuses_data()
    {
        QTest::addColumn<QString>("words");
        QTest::addColumn<QString>("error");
        const auto row = [](const char *words, const QString &error) { QTest::newRow(words) << QString::fromLatin1(words) << error; };
        const QString length = u"A length of time like 45s, 30m, 2h or 7d is expected, at most ten years."_s;
        row("kick", u"A name is missing."_s);
        row("ban", u"A name or an address is missing."_s);
        row("kick a@b", u"\"a@b\" is no name."_s);
        row("kick bo loudly", u"There is no use for \"loudly\"."_s);
        row("kick bo for 2h", u"There is no use for \"for\"."_s);
        row("kick bo from", u"Something is missing behind \"from\"."_s);
        row("kick bo from Ops", u"That is no room."_s);
        row("kick bo from ##ops", u"That is no room."_s);
        row("kick bo from #", u"That is no room."_s);
        row("ban bo for 2h for 3h", u"\"for\" is there twice."_s);
        row("mute bo in ops for 2h in ops", u"\"in\" is there twice."_s);
        row("ban bo for ever", length);
        row("ban bo for 2", length);
        row("ban bo for 0h", length);
        row("ban bo for 3651d", length);
        row("ban bo for 99999999999999999999d", length);
        row("bans bo", u"There is no use for \"bo\"."_s);
        row("role bo", u"owner, moderator, member or guest is expected behind the name."_s);
        row("role bo king", u"owner, moderator, member or guest is expected behind the name."_s);
        row("slow-mode", u"A room is missing."_s);
        row("slow-mode ops", u"Seconds from 0 (off) to 21600 are expected behind the room."_s);
        row("slow-mode ops 21601", u"Seconds from 0 (off) to 21600 are expected behind the room."_s);
        row("close-room ops 1", u"There is no use for \"1\"."_s);
        row("messages ops after 7", u"Nothing, or before and the number of a message, is expected behind the room."_s);
        row("messages ops before", u"Nothing, or before and the number of a message, is expected behind the room."_s);
        row("delete ops", u"The number of a message is expected behind the room; messages lists them."_s);
        row("delete ops 0", u"The number of a message is expected behind the room; messages lists them."_s);
        row("delete ops 7 8", u"There is no use for \"8\"."_s);
        row("audit 9", u"Nothing, or before and the number of an entry, is expected."_s);
    }
    void refuses()
    {
        QFETCH(QString, words);
        QFETCH(QString, error);
        const auto request = administrationRequest(split(words), {});
        QVERIFY(!request);
        const QString usage = error + u" Usage: hearthd "_s + split(words).first();
        QVERIFY2(request.error() == usage || request.error().startsWith(usage + u' '), qPrintable(request.error()));
    }

    void aReasonHasAnEnd()
    {
        const QStringList words { u"kick"_s, u"bo"_s, u"because"_s, QString(201, u'x') };
        QVERIFY(administrationRequest(words, {}).error().startsWith(u"A reason has at most 200 characters."_s));
    }
};

HEARTH_TEST_MAIN(tst_ModerationCommands)
#include "tst_moderationcommands.moc"
