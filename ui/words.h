#pragma once

#include "client/connectionstatus.h"
#include "client/serveraddress.h"
#include "client/session.h"

#include <QCoreApplication>
#include <QDateTime>
#include <QList>
#include <QLocale>
#include <QString>

namespace hearth {

/// What the window says: everything that is worded for people stands here.
class Words
{
    Q_DECLARE_TR_FUNCTIONS(Words)

public:
    /// "Bo is typing…"; empty when nobody is.
    [[nodiscard]] static QString typing(const QList<UserName> &typists);
    /// Above the timeline; empty while all is well. `now` counts down to the next attempt.
    [[nodiscard]] static QString connection(const ConnectionStatus &status, const QString &server, const QDateTime &now);
    /// In two or three words, beside the dot.
    [[nodiscard]] static QString connectionShort(const ConnectionStatus &status);
    /// Why joining did not work, under the field where it was tried.
    [[nodiscard]] static QString joinProblem(const ConnectionStatus &status, const QString &address);
    /// What a person decides on who meets an unknown or a changed key, and what helps.
    [[nodiscard]] static QString keyQuestion(const ConnectionStatus &status, const QString &address);
    [[nodiscard]] static QString keyAdvice(const ConnectionStatus &status);
    /// A key's words in three lines.
    [[nodiscard]] static QString keyWords(const Fingerprint &key);
    /// For whoever wants to compare; without a key, that nothing is encrypted.
    [[nodiscard]] static QString keyOfChat(const Fingerprint &key);
    [[nodiscard]] static QString notEncrypted();
    /// The same before a password is typed.
    [[nodiscard]] static QString passwordNotEncrypted();
    /// Of a room: whose connections others can read, and of how many who have given no name; empty where nobody's can be.
    [[nodiscard]] static QString inTheClear(const QList<UserName> &names, qint64 unnamed);
    [[nodiscard]] static QString addressProblem(AddressError error);
    /// Why what is kept of a chat is still there; without `detail` it is the keychain's refusal.
    [[nodiscard]] static QString notForgotten(const QString &address, const QString &detail);
    [[nodiscard]] static QString nameProblem(NameError error);
    [[nodiscard]] static QString failure(const RequestFailure &failure);
    /// Why a message was not sent, before "Retry or delete".
    [[nodiscard]] static QString notSent(ErrorCode code);
    /// Their names; of many, the first and how many there are besides.
    [[nodiscard]] static QString people(const QList<UserName> &names);
    [[nodiscard]] static QString role(Role role); ///< empty for a plain member
    [[nodiscard]] static QString presence(PresenceState state);

    /// As it stands in lists: of a direct room the other's name.
    [[nodiscard]] static QString roomName(const RoomSummary &room);
    /// What sort of room it is, and for whom.
    [[nodiscard]] static QString roomKind(RoomKind kind);
    /// "30 days", "For good" where it is 0
    [[nodiscard]] static QString keeping(int days);
    /// "Messages are kept for 30 days."
    [[nodiscard]] static QString kept(int days);
    /// What choosing this will do.
    [[nodiscard]] static QString willExpire(int days);
    /// Above the oldest message that is left. 0 days: it keeps everything, now.
    [[nodiscard]] static QString expired(int days);

    /// "14:05"
    [[nodiscard]] static QString timeOfDay(const QDateTime &time);
    /// "Today", "Yesterday", "Tuesday, 3 November"
    [[nodiscard]] static QString day(const QDate &date, const QDate &today);
    /// "just now", "14:05", "Yesterday 14:05", "3 Nov"
    [[nodiscard]] static QString when(const QDateTime &time, const QDateTime &now);
    [[nodiscard]] static QString fullDate(const QDateTime &time);
    /// "This device", "Connected now · 192.168.1.7", "Last here: Yesterday 14:05 · 192.168.1.7"
    [[nodiscard]] static QString deviceSeen(const SessionInfo &session, const QDateTime &now);

    /// A row of the timeline in one sentence, for a screen reader.
    [[nodiscard]] static QString spokenRow(const QString &user, const QString &content, const QDateTime &time,
                                           const QString &state);
    /// Remote text in one line of plain text, without what could turn it round.
    [[nodiscard]] static QString oneLine(const QString &text, qsizetype maxLength);
};

} // namespace hearth
