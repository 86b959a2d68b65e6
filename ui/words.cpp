#include "ui/words.h"

#include "ui/moderationwords.h"

#include "client/excerpt.h"
#include "protocol/limits.h"

#include <algorithm>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using Problem = ConnectionStatus::Problem;
using State = ConnectionStatus::State;
using What = RequestFailure::What;

QString Words::typing(const QList<UserName> &typists)
{
    constexpr qsizetype MaxNamed = 3;
    if (typists.isEmpty())
        return {};
    if (typists.size() > MaxNamed)
        return tr("Several people are typing…");
    const QString last = typists.last().toString();
    if (typists.size() == 1)
        return tr("%1 is typing…").arg(last);
    if (typists.size() == 2)
        return tr("%1 and %2 are typing…").arg(typists.first().toString(), last);
    return tr("%1, %2 and %3 are typing…").arg(typists.at(0).toString(), typists.at(1).toString(), last);
}

QString Words::connection(const ConnectionStatus &status, const QString &server, const QDateTime &now)
{
    switch (status.state) {
    case State::Online:
        return {};
    case State::Connecting:
        if (status.waitsUntil.isValid())
            return ModerationWords::atTheDoor(server, status.waitsUntil, now);
        return tr("Connecting to %1…").arg(server);
    case State::Reconnecting:
        if (status.waitsUntil.isValid())
            return ModerationWords::atTheDoor(server, status.waitsUntil, now);
        return tr("Reconnecting… What you write is kept and sent later.");
    case State::Waiting: {
        const qint64 seconds = std::max<qint64>(1, (now.msecsTo(status.retryAt) + 999) / 1'000);
        if (status.problem == Problem::ServerClosed)
            return tr("The host closed the chat. Trying again in %1 s. What you write is kept and sent later.").arg(seconds);
        return tr("Reconnecting in %1 s. What you write is kept and sent later.").arg(seconds);
    }
    case State::Offline:
        break;
    }
    if (status.problem == Problem::None)
        return tr("Not connected. What you write is kept and sent later.");
    return joinProblem(status, server);
}

QString Words::connectionShort(const ConnectionStatus &status)
{
    switch (status.state) {
    case State::Online:
        return status.isOpenToOthers ? tr("Not encrypted") : tr("Connected");
    case State::Connecting:
        return tr("Connecting…");
    case State::Reconnecting:
    case State::Waiting:
        return tr("Reconnecting…");
    case State::Offline:
        break;
    }
    return tr("Not connected");
}

QString Words::joinProblem(const ConnectionStatus &status, const QString &address)
{
    switch (status.problem) {
    case Problem::None:
        return {};
    case Problem::Unreachable:
        return tr("Nothing answers at %1. Check the address, and that the host's program is running.").arg(address);
    case Problem::TimedOut:
        return tr("%1 does not answer. Check the address, and that both computers are on the same network.").arg(address);
    case Problem::Lost:
        return tr("The connection to %1 was lost. Try again.").arg(address);
    case Problem::ServerClosed:
        return tr("The host closed the chat at %1. Ask the host to open it again.").arg(address);
    case Problem::NotHearth:
        return tr("Something answers at %1, but it is not a Hearth chat. Check the address and the port.").arg(address);
    case Problem::VersionTooOld:
        return tr("The chat at %1 speaks another version of Hearth. Bring both programs to the same version.").arg(address);
    case Problem::WrongPassword:
        return tr("This chat asks for a password, and this is not it. Ask the host for the password.");
    case Problem::WrongAccount:
        return tr("The name or the password is not right, or you were signed out here. Ask whoever runs the chat for an account.");
    case Problem::NoPasswordChosen:
        return tr("A password has at least %1 characters. Choose a longer one.").arg(limits::MinPasswordLength);
    case Problem::NameHasAccount:
        return tr("Somebody has this name here already, and it takes their password. Choose another name, or, if it is yours, type that password.");
    case Problem::NameIsOwned:
        return tr("This name is somebody's at %1, or you were signed out here. If it is yours and has a password, type that; otherwise choose another name.").arg(address);
    case Problem::WrongNamePassword:
        return tr("This is not the password of that name, if it has one. Type it again, or choose another name.");
    case Problem::InviteRefused:
        return tr("This invite does not hold any more. Ask for a new one.");
    case Problem::NameTaken:
        return tr("Somebody else has this name at %1. Choose another name.").arg(address);
    case Problem::InvalidName:
        return tr("This name cannot be used at %1. Choose another name.").arg(address);
    case Problem::Removed:
        return ModerationWords::removed(status.removal.value_or(Removal {}), address) + u'.';
    case Problem::Refused:
        return tr("The chat at %1 refused the connection. Wait a moment, then try again.").arg(address);
    case Problem::UnknownKey:
        return tr("The key of the chat at %1 was not confirmed. Compare its words with the host's, or ask for a link.").arg(address);
    case Problem::ChangedKey:
        return tr("The chat at %1 has another key than before. Nothing was sent to it. Ask the host.").arg(address);
    case Problem::WrongKey:
        return tr("Whoever answers at %1 is not the chat that this link is for. Nothing was sent. Ask the host for a new link.").arg(address);
    case Problem::KeychainLocked:
        return tr("This computer's keychain did not give out what lets you in at %1. Unlock it, then try again.").arg(address);
    case Problem::Downgraded:
        return tr("The connection to %1 would not be encrypted. Nothing was sent. Ask the host whether encryption was switched off.").arg(address);
    case Problem::Unencrypted:
        return tr("What answers at %1 does not encrypt. Nothing was sent. To join all the same, type ws:// in front of the address; others on the network can read along then.").arg(address);
    }
    return {};
}

QString Words::keyQuestion(const ConnectionStatus &status, const QString &address)
{
    if (status.problem == Problem::ChangedKey) {
        return tr("Whoever answers at %1 is not who answered before. Either the chat was set up anew, or somebody is in between. "
                  "Nothing was sent: no name, no password, no message.").arg(address);
    }
    return tr("You join %1 for the first time. The host finds twelve words under \"This chat's key\" in the menu of the chat. "
              "If these are the same, nobody is in between.").arg(address);
}

QString Words::keyAdvice(const ConnectionStatus &status)
{
    if (status.problem != Problem::ChangedKey)
        return tr("You are asked once. With a link from the host you are not asked at all.");
    if (status.isVouchedFor)
        return tr("The link that you opened names the new key. Trust it only if the host gave you the link.");
    return tr("Ask the host, in person or by phone. If the chat was set up anew, the host can give you a link with the new key.");
}

QString Words::keyWords(const Fingerprint &key)
{
    constexpr qsizetype WordsOfLine = 4;
    const QStringList words = key.words().split(u' ');
    QStringList lines;
    for (qsizetype first = 0; first < words.size(); first += WordsOfLine)
        lines.append(words.sliced(first, std::min(WordsOfLine, words.size() - first)).join(u' '));
    return lines.join(u'\n');
}

QString Words::keyOfChat(const Fingerprint &key)
{
    if (key.isNull())
        return notEncrypted();
    return tr("This chat's key has these words:\n\n%1\n\nWhoever joins by address is shown them once, and compares.").arg(keyWords(key));
}

QString Words::notEncrypted() { return tr("This connection is not encrypted. Others on this network can read along."); }

QString Words::passwordNotEncrypted() { return tr("This connection is not encrypted: others on the network can read the password."); }

QString Words::inTheClear(const QList<UserName> &names, qint64 unnamed)
{
    QStringList sentences;
    if (!names.isEmpty()) {
        const QString what = names.size() == 1 ? tr("%1 is connected without encryption.") : tr("%1 are connected without encryption.");
        sentences.append(what.arg(people(names)));
    }
    if (unnamed == 1)
        sentences.append(tr("Somebody who gave no name listens without encryption."));
    else if (unnamed > 1)
        sentences.append(tr("%1 who gave no name listen without encryption.").arg(QLocale().toString(unnamed)));
    if (!sentences.isEmpty())
        sentences.append(tr("Others on this network can read what is said here."));
    return sentences.join(u' ');
}

QString Words::addressProblem(AddressError error)
{
    switch (error) {
    case AddressError::Empty:
        return tr("Enter the address that the host's window shows.");
    case AddressError::UnknownScheme:
        return tr("A link to a chat begins with hearth://. Copy the whole link.");
    case AddressError::NoHost:
        return tr("There is no computer's name or address in this. It looks like 192.168.1.20 or anna-pc.");
    case AddressError::BadPort:
        return tr("The port after the colon must be a number from 1 to 65535.");
    case AddressError::BadRoom:
        return tr("Behind the slash stands no room. An address looks like 192.168.1.20 or 192.168.1.20/chat/room.");
    case AddressError::BadLink:
        return tr("Something is missing or changed in this link. Copy the whole link.");
    }
    return {};
}

QString Words::notForgotten(const QString &address, const QString &detail)
{
    return detail.isEmpty() ? tr("This computer's keychain did not let go of what lets you in at %1. Unlock it, then try again.").arg(address)
                            : tr("What is kept of %1 cannot be removed (%2). Try again.").arg(address, oneLine(detail, 120));
}

QString Words::nameProblem(NameError error)
{
    switch (error) {
    case NameError::Empty:
        return tr("Enter the name that others will see.");
    case NameError::TooLong:
        return tr("A name has at most %1 characters.").arg(limits::MaxUserNameLength);
    case NameError::ForbiddenCharacter:
        return tr("A name cannot contain @, #, : or invisible characters.");
    }
    return {};
}

QString Words::notSent(ErrorCode code)
{
    switch (code) {
    case ErrorCode::TooLarge:
        return tr("Not sent: it is too long.");
    case ErrorCode::Forbidden:
        return tr("Not sent: you may not write here.");
    case ErrorCode::NotFound:
        return tr("Not sent: the room, or the message that it answers, is gone.");
    default:
        return tr("Not sent.");
    }
}

QString Words::failure(const RequestFailure &failure)
{
    if (failure.offline)
        return tr("That needs a connection. Try again when you are connected.");
    if (failure.timedOut)
        return tr("The server did not answer. Try again.");
    if (failure.what == What::UseInvite)
        return tr("You are in, but what your invite adds could not be stored. Hearth asks for it again with the next connection.");
    switch (failure.code) {
    case ErrorCode::RateLimited:
        return tr("That was too much at once. Wait %1 s, then try again.")
            .arg(std::max<qint64>(1, (failure.retryAfterMs + 999) / 1'000));
    case ErrorCode::StorageFull:
        return tr("The host's disk is full. Nothing is lost: what you write is sent when there is room again.");
    case ErrorCode::ShuttingDown:
        return tr("The host is closing the chat.");
    case ErrorCode::Forbidden:
        if (failure.what == What::Edit || failure.what == What::Delete)
            return tr("You can only change your own messages.");
        if (failure.what == What::CreateRoom)
            return tr("You cannot make another room: you are muted, or have made as many as this chat allows.");
        if (failure.what == What::SetKeep)
            return tr("Only who made the room, a moderator or the owner can change that, and nobody who is muted.");
        if (failure.what == What::RevokeSession)
            return tr("Set a password first: without one you could not come back.");
        if (failure.what == What::CreateInvite || failure.what == What::ListInvites || failure.what == What::RevokeInvite)
            return tr("Only moderators can invite people, and only owners can invite moderators.");
        if (failure.what == What::Moderate)
            return tr("Only moderators can do that. To a moderator, or to what an owner did, only an owner can; to an owner nobody.");
        return tr("You may not do that here.");
    case ErrorCode::NotFound:
        if (failure.what == What::OpenDirect || failure.what == What::Invite)
            return tr("Nobody of that name is known here.");
        if (failure.what == What::Edit || failure.what == What::Delete || failure.what == What::React)
            return tr("That message is gone.");
        if (failure.what == What::RevokeSession)
            return tr("That device is signed out already.");
        if (failure.what == What::RevokeInvite)
            return tr("That invite has ended already.");
        if (failure.what == What::Post)
            return notSent(failure.code);
        if (failure.what == What::Moderate)
            return tr("They are not there any more, or it has ended already.");
        return tr("There is no such room. It may have been private, or closed.");
    case ErrorCode::Conflict:
        if (failure.what == What::CreateRoom)
            return tr("A room of that name exists already. Choose another name.");
        if (failure.what == What::CreateInvite)
            return tr("There are too many invites. Take some back first.");
        break;
    case ErrorCode::TooLarge:
        return tr("That is too long. Shorten it, then try again.");
    case ErrorCode::UnknownType:
        if (failure.what == What::CreateInvite || failure.what == What::ListInvites)
            return tr("This chat runs an older version of Hearth, which knows no invites. Give people its address.");
        break;
    case ErrorCode::Unauthorized:
        if (failure.what == What::SetPassword)
            return tr("The old password is not right.");
        return tr("You are not signed in at this chat. Leave it and join again.");
    default:
        break;
    }
    switch (failure.what) {
    case What::CreateRoom:
        return tr("The room could not be created. Choose another name.");
    case What::JoinRoom:
        return tr("The room could not be joined. Try again.");
    case What::Edit:
        return tr("The message could not be changed. Try again.");
    default:
        return tr("That did not work. Try again.");
    }
}

QString Words::people(const QList<UserName> &names)
{
    constexpr qsizetype MaxNamed = 20;
    QStringList named;
    for (const UserName &name : names.first(std::min(names.size(), MaxNamed)))
        named.append(name.toString());
    const QString list = named.join(u", "_s);
    const auto others = static_cast<int>(names.size() - named.size());
    return others > 0 ? tr("%1 and %n other(s)", nullptr, others).arg(list) : list;
}

QString Words::role(Role role)
{
    switch (role) {
    case Role::Owner:
        return tr("Owner");
    case Role::Moderator:
        return tr("Moderator");
    case Role::Member:
    case Role::Guest:
        break;
    }
    return {};
}

QString Words::presence(PresenceState state)
{
    switch (state) {
    case PresenceState::Online:
        return tr("online");
    case PresenceState::Away:
        return tr("away");
    case PresenceState::Busy:
        return tr("busy");
    case PresenceState::Offline:
        return tr("offline");
    }
    return {};
}

QString Words::roomName(const RoomSummary &room)
{
    if (room.peer)
        return room.peer->toString();
    return room.name.isEmpty() ? room.room.toString() : room.name;
}

QString Words::roomKind(RoomKind kind)
{
    switch (kind) {
    case RoomKind::Public:
        return tr("Public: everyone here can join it");
    case RoomKind::Private:
        return tr("Private: only those who are invited know of it");
    case RoomKind::Direct:
        return tr("Direct: only the two of you can read it");
    }
    return {};
}

QString Words::keeping(int days) { return days == 0 ? tr("For good") : tr("%n day(s)", nullptr, days); }

QString Words::kept(int days)
{
    return days == 0 ? tr("Messages are kept for good.") : tr("Messages are kept for %n day(s).", nullptr, days);
}

QString Words::willExpire(int days)
{
    return tr("What is older than %n day(s) is removed for everyone, and cannot be brought back.", nullptr, days);
}

QString Words::expired(int days)
{
    return days == 0 ? tr("Older messages are gone.") : tr("Older messages are gone: this room keeps %n day(s).", nullptr, days);
}

QString Words::timeOfDay(const QDateTime &time)
{
    // The user's own way of writing it, without seconds where the locale would have them.
    QString format = QLocale().timeFormat(QLocale::ShortFormat);
    format.remove(":ss"_L1).remove(".ss"_L1);
    return QLocale().toString(time.toLocalTime().time(), format);
}

QString Words::day(const QDate &date, const QDate &today)
{
    if (date == today)
        return tr("Today");
    if (date.addDays(1) == today)
        return tr("Yesterday");
    const QString format = date.year() == today.year() ? tr("dddd, d MMMM") : tr("dddd, d MMMM yyyy");
    return QLocale().toString(date, format);
}

QString Words::when(const QDateTime &time, const QDateTime &now)
{
    const QDateTime local = time.toLocalTime();
    const QDate today = now.toLocalTime().date();
    const qint64 seconds = time.secsTo(now);
    if (seconds >= 0 && seconds < 60)
        return tr("just now");
    if (local.date() == today)
        return timeOfDay(time);
    if (local.date().addDays(1) == today)
        return tr("Yesterday %1").arg(timeOfDay(time));
    return QLocale().toString(local.date(), local.date().year() == today.year() ? tr("d MMM") : tr("d MMM yyyy"));
}

QString Words::deviceSeen(const SessionInfo &session, const QDateTime &now)
{
    if (session.isCurrent)
        return tr("This device");
    const QString from = session.address.isEmpty() ? QString() : u" · "_s + oneLine(session.address, 60);
    return (session.isOnline ? tr("Connected now") : tr("Last here: %1").arg(when(session.lastSeen, now))) + from;
}

QString Words::fullDate(const QDateTime &time) { return QLocale().toString(time.toLocalTime(), QLocale::LongFormat); }

QString Words::spokenRow(const QString &user, const QString &content, const QDateTime &time, const QString &state)
{
    const QString said = tr("%1 at %2: %3").arg(user, timeOfDay(time), content);
    return state.isEmpty() ? said : tr("%1 (%2)").arg(said, state);
}

QString Words::oneLine(const QString &text, qsizetype maxLength)
{
    QString line;
    for (const QChar c : text) {
        if (line.size() > 2 * maxLength)
            break; // enough to see where the last character ends
        const bool isDirection = (c >= u'\u202a' && c <= u'\u202e') || (c >= u'\u2066' && c <= u'\u2069')
            || c == u'\u200e' || c == u'\u200f' || c == u'\u061c';
        if (isDirection)
            continue;
        line += c.isSpace() || c.category() == QChar::Other_Control ? QChar(u' ') : c;
    }
    line = line.simplified();
    return line.size() > maxLength ? excerpt(line, maxLength) + u'…' : line;
}

} // namespace hearth
