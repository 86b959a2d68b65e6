#include "ui/moderationactions.h"

#include "client/authority.h"
#include "client/memberlistmodel.h"
#include "client/moderation.h"
#include "client/roomlistmodel.h"
#include "ui/addressbandialog.h"
#include "ui/auditdialog.h"
#include "ui/choosedialog.h"
#include "ui/guestbar.h"
#include "ui/icons.h"
#include "ui/moderationwords.h"
#include "ui/sanctiondialog.h"
#include "ui/theme.h"
#include "ui/words.h"

#include <QMenu>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using Length = SanctionDialog::Length;

namespace {

constexpr qsizetype ShownName = 64;
constexpr int SlowModes[] { 0, 5, 30, 60, 300, 3'600 };

QString shown(const UserName &user) { return Words::oneLine(user.toString(), ShownName); }

} // namespace

ModerationActions::ModerationActions(Session *session, QWidget *page)
    : QObject(page), m_session(session), m_page(page), m_guests(new GuestBar(page))
{
    Moderation *moderation = session->moderation();
    // moderation → page
    connect(moderation, &Moderation::guestsChanged, this, [this, moderation] { m_guests->setGuests(moderation->guests()); });
    connect(moderation, &Moderation::auditListed, this, [this](const AuditListed &listed) {
        if (m_audit)
            m_audit->append(listed);
    });
    connect(moderation, &Moderation::bansListed, this, &ModerationActions::listBans);
    // page → moderation
    connect(m_guests, &GuestBar::answered, moderation, &Moderation::admit);
    m_guests->setGuests(moderation->guests());
}

Authority ModerationActions::authority() const { return { m_session->user(), m_session->role() }; }

bool ModerationActions::mayRestrain(const UserName &user) const
{
    const auto member = m_session->everyone()->member(user);
    return authority().mayRestrain(user, member ? member->role : Role::Guest);
}

bool ModerationActions::mayLift(const std::optional<UserName> &by) const
{
    const auto whose = by ? m_session->everyone()->member(*by) : std::nullopt;
    const Role role = whose ? whose->role : Role::Guest; // of whom nothing is known the server will say
    return authority().mayLift(by ? std::optional(role) : std::nullopt);
}

QString ModerationActions::nameOf(const RoomId &room) const
{
    const auto summary = m_session->rooms()->summary(room);
    return Words::oneLine(summary ? Words::roomName(*summary) : room.toString(), ShownName);
}

QString ModerationActions::silence(const RoomSummary &room) const
{
    const QDateTime now = QDateTime::currentDateTimeUtc();
    if (const auto mute = m_session->moderation()->muteIn(room.room, now))
        return ModerationWords::muted(*mute, now);
    return room.isClosed && !authority().isInCharge() ? ModerationWords::closedRoom() : QString();
}

bool ModerationActions::mustWait(const RoomSummary &room) const { return room.slowModeSeconds > 0 && !authority().isInCharge(); }

void ModerationActions::fillMemberMenu(QMenu *menu, const RoomId &room, const UserName &user)
{
    const auto summary = m_session->rooms()->summary(room);
    if (mayRestrain(user)) {
        menu->addSeparator();
        const auto add = [this, menu](QLatin1StringView icon, const QString &text, auto action) {
            connect(menu->addAction(icons::tinted(icon, Theme::current().dim), text), &QAction::triggered, this, action);
        };
        add("lock"_L1, tr("Mute…"), [this, room, user] { askMute(room, user); });
        if (summary && summary->kind != RoomKind::Direct)
            add("leave"_L1, tr("Remove from this room…"), [this, room, user] { askKick(room, user); });
        add("leave"_L1, tr("Remove from the chat…"), [this, user] { askKick({}, user); });
        add("alert"_L1, tr("Ban…"), [this, user] { askBan(user); });
    }
    if (authority().mayGiveRoleTo(user))
        fillRoleMenu(menu->addMenu(icons::tinted("people"_L1, Theme::current().dim), tr("Make them")), user);
}

void ModerationActions::fillRoleMenu(QMenu *menu, const UserName &user)
{
    const auto member = m_session->everyone()->member(user);
    for (const Role role : { Role::Owner, Role::Moderator, Role::Member, Role::Guest }) {
        QAction *item = menu->addAction(ModerationWords::role(role));
        item->setCheckable(true);
        item->setChecked(member && member->role == role);
        connect(item, &QAction::triggered, this, [this, user, role] { m_session->moderation()->setRole(user, role); });
    }
}

void ModerationActions::fillRoomMenu(QMenu *menu, const RoomId &room)
{
    const auto summary = m_session->rooms()->summary(room);
    if (!summary || summary->kind == RoomKind::Direct || !authority().isInCharge())
        return;
    menu->addSeparator();
    QMenu *slow = menu->addMenu(icons::tinted("clock"_L1, Theme::current().dim), tr("Slow mode"));
    for (const int seconds : SlowModes) {
        QAction *item = slow->addAction(ModerationWords::slowMode(seconds));
        item->setCheckable(true);
        item->setChecked(summary->slowModeSeconds == seconds);
        connect(item, &QAction::triggered, this, [this, room, seconds] { m_session->moderation()->setSlowMode(room, seconds); });
    }
    QAction *close = menu->addAction(icons::tinted("lock"_L1, Theme::current().dim),
                                     summary->isClosed ? tr("Open it for everybody") : tr("Close it: only moderators write"));
    connect(close, &QAction::triggered, this,
            [this, room, isClosed = summary->isClosed] { m_session->moderation()->closeRoom(room, !isClosed); });
}

void ModerationActions::fillChatMenu(QMenu *menu)
{
    if (!authority().isInCharge())
        return;
    const QIcon icon = icons::tinted("info"_L1, Theme::current().dim);
    connect(menu->addAction(icons::tinted("alert"_L1, Theme::current().dim), tr("Ban an address…")), &QAction::triggered, this,
            &ModerationActions::askAddressBan);
    connect(menu->addAction(icon, tr("Bans and mutes…")), &QAction::triggered, this, &ModerationActions::showBans);
    QAction *audit = menu->addAction(icon, tr("Audit log…"));
    audit->setShortcut(Qt::CTRL | Qt::SHIFT | Qt::Key_A);
    audit->setShortcutVisibleInContextMenu(true);
    connect(audit, &QAction::triggered, this, &ModerationActions::showAudit);
}

void ModerationActions::showAudit()
{
    if (!authority().isInCharge())
        return;
    if (m_audit)
        m_audit->close();
    m_audit = new AuditDialog(m_page);
    connect(m_audit, &AuditDialog::olderRequested, this, [this](qint64 before) { m_session->moderation()->loadAudit(before); });
    m_session->moderation()->loadAudit();
    m_audit->open();
}

void ModerationActions::showBans()
{
    if (m_bans)
        m_bans->close();
    m_bans = new ChooseDialog(tr("Bans and mutes"), tr("Lift"), tr("Nobody is banned or muted."), m_page);
    connect(m_bans, &ChooseDialog::chosen, this, [this](const QVariant &value) {
        const qsizetype place = value.toLongLong();
        if (place < m_listed.bans.size())
            m_session->moderation()->unban(m_listed.bans.at(place));
        else if (place - m_listed.bans.size() < m_listed.mutes.size())
            m_session->moderation()->unmute(m_listed.mutes.at(place - m_listed.bans.size()));
    });
    m_session->moderation()->loadBans();
    m_bans->open();
}

bool ModerationActions::showFailure(const RequestFailure &failure)
{
    const QString sentence = Words::failure(failure);
    const bool isRefused = !failure.timedOut && !failure.offline;
    if (m_addressBan && isRefused && failure.code == ErrorCode::Forbidden)
        m_addressBan->setProblem(ModerationWords::addressNotBanned());
    else if (m_addressBan && isRefused && failure.code == ErrorCode::InvalidMessage)
        m_addressBan->setProblem(ModerationWords::noAddress());
    else if (m_addressBan)
        m_addressBan->setProblem(sentence);
    else if (m_audit)
        m_audit->setProblem(sentence);
    else if (m_bans)
        m_bans->setProblem(sentence);
    return m_addressBan || m_audit || m_bans;
}

void ModerationActions::listBans(const BansListed &listed)
{
    m_listed = listed;
    if (!m_bans)
        return;
    m_bans->setProblem({});
    const QDateTime now = QDateTime::currentDateTimeUtc();
    QList<Choice> choices;
    const auto add = [&choices](const QString &sentence, bool mayLift) {
        choices.append({ sentence, mayLift ? QString() : tr("you cannot lift it"), mayLift ? QVariant(qint64 { choices.size() }) : QVariant() });
    };
    for (const BanInfo &ban : listed.bans)
        add(ModerationWords::ban(ban, now), mayLift(ban.by));
    for (const MuteInfo &mute : listed.mutes)
        add(ModerationWords::mute(mute, now), mayLift(mute.by) && mayRestrain(mute.user));
    m_bans->setChoices(choices);
}

void ModerationActions::askMute(const RoomId &room, const UserName &user)
{
    const auto summary = m_session->rooms()->summary(room);
    const bool isEverywhere = !summary || summary->kind == RoomKind::Direct;
    auto *dialog = new SanctionDialog(isEverywhere ? tr("Mute %1 everywhere?").arg(shown(user)) : tr("Mute %1 in %2?").arg(shown(user), nameOf(room)),
                                      tr("They can read on, but not write."), tr("Mute"), Length::Lasting, m_page);
    const auto where = isEverywhere ? std::nullopt : std::optional(room);
    connect(dialog, &SanctionDialog::decided, this, [this, user, where](std::optional<qint64> forSeconds, const QString &reason) {
        m_session->moderation()->mute(user, where, forSeconds, reason);
    });
    dialog->open();
}

void ModerationActions::askKick(const std::optional<RoomId> &room, const UserName &user)
{
    const QString title = room ? tr("Remove %1 from %2?").arg(shown(user), nameOf(*room)) : tr("Remove %1 from the chat?").arg(shown(user));
    auto *dialog = new SanctionDialog(title, tr("They may come back. To keep somebody away, ban them."), tr("Remove"), Length::Once, m_page);
    connect(dialog, &SanctionDialog::decided, this,
            [this, user, room](std::optional<qint64>, const QString &reason) { m_session->moderation()->kick(user, room, reason); });
    dialog->open();
}

void ModerationActions::askBan(const UserName &user)
{
    auto *dialog = new SanctionDialog(tr("Ban %1?").arg(shown(user)),
                                      tr("They are removed from the chat, and cannot come back with this name. What they said stays."),
                                      tr("Ban"), Length::Lasting, m_page);
    connect(dialog, &SanctionDialog::decided, this, [this, user](std::optional<qint64> forSeconds, const QString &reason) {
        m_session->moderation()->ban(user, forSeconds, reason);
    });
    dialog->open();
}

void ModerationActions::askAddressBan()
{
    Moderation *moderation = m_session->moderation();
    m_addressBan = new AddressBanDialog(m_page);
    connect(m_addressBan, &AddressBanDialog::banRequested, moderation, &Moderation::banAddress);
    connect(moderation, &Moderation::addressBanned, m_addressBan, &QDialog::accept);
    m_addressBan->open();
}

} // namespace hearth
