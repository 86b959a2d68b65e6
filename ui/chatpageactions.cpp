#include "ui/chatpage.h"

#include "client/authority.h"
#include "client/memberlistmodel.h"
#include "client/moderation.h"
#include "client/roomlistmodel.h"
#include "client/timelinemodel.h"
#include "protocol/limits.h"
#include "ui/chatlinks.h"
#include "ui/choosedialog.h"
#include "ui/composer.h"
#include "ui/confirm.h"
#include "ui/createroomdialog.h"
#include "ui/devicesdialog.h"
#include "ui/emojipicker.h"
#include "ui/icons.h"
#include "ui/inviteactions.h"
#include "ui/links.h"
#include "ui/measures.h"
#include "ui/moderationactions.h"
#include "ui/moderationwords.h"
#include "ui/painting.h"
#include "ui/passworddialog.h"
#include "ui/roomdetailsdialog.h"
#include "ui/sidebar.h"
#include "ui/theme.h"
#include "ui/timelineview.h"
#include "ui/words.h"

#include <QClipboard>
#include <QDesktopServices>
#include <QDialogButtonBox>
#include <QGuiApplication>
#include <QInputDialog>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>

#include <algorithm>
#include <chrono>

// What is done from the page: dialogs, menus, questions. How it is put together stands in chatpage.cpp.
namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

namespace {

/// Asks for one line, in our manner.
QInputDialog *lineDialog(const QString &title, const QString &label, const QString &accept, QWidget *parent)
{
    auto *dialog = new QInputDialog(parent);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setWindowTitle(title);
    dialog->setLabelText(label);
    dialog->setOkButtonText(accept);
    dialog->setTextValue({}); // now its parts are there
    for (QLineEdit *field : dialog->findChildren<QLineEdit *>())
        field->setMinimumWidth(QuestionWidth); // the dialog is as wide as what is in it
    for (QLabel *text : dialog->findChildren<QLabel *>())
        text->setTextFormat(Qt::PlainText);
    for (QDialogButtonBox *buttons : dialog->findChildren<QDialogButtonBox *>())
        setRole(buttons->button(QDialogButtonBox::Ok), u"main"_s);
    return dialog;
}

} // namespace

/// A host's own address is of no use on another computer.
ChatLinks ChatPage::links() const
{
    return m_hostAddresses.isEmpty() ? ChatLinks::ofServer(m_session->settings().url, m_session->serverKey())
                                     : ChatLinks::ofHost(m_hostAddresses, m_hostKey);
}

void ChatPage::copyLink()
{
    QGuiApplication::clipboard()->setText(links().plain());
    m_isLinkCopied = true;
    updateBanner();
}

QString ChatPage::copyLinkText() const { return m_isLinkCopied ? tr("Copied") : tr("Copy link"); }

void ChatPage::createRoom()
{
    m_createDialog = new CreateRoomDialog(this);
    connect(m_createDialog, &CreateRoomDialog::createRequested, m_session, &Session::createRoom);
    m_createDialog->open();
}

void ChatPage::browseRooms()
{
    m_joinDialog = new ChooseDialog(tr("Join a room"), tr("Join"), tr("There are no other public rooms. Create one with Ctrl+N."), this);
    connect(m_joinDialog, &ChooseDialog::chosen, this, [this](const QVariant &room) { m_session->joinRoom(room.value<RoomId>()); });
    m_session->listRooms();
    m_joinDialog->open();
}

void ChatPage::switchRoom()
{
    auto *dialog = new ChooseDialog(tr("Go to a room"), tr("Go"), tr("You are in no room yet. Join one with Ctrl+J."), this);
    QList<Choice> choices;
    for (int row = 0; row < m_session->rooms()->rowCount(); ++row) {
        const QModelIndex index = m_session->rooms()->index(row);
        choices.append({ index.data(RoomListModel::NameRole).toString(), index.data(RoomListModel::TopicRole).toString(),
                         index.data(RoomListModel::RoomIdRole) });
    }
    dialog->setChoices(choices);
    connect(dialog, &ChooseDialog::chosen, this, [this, dialog](const QVariant &room) {
        dialog->accept();
        showRoom(room.value<RoomId>());
        m_composer->focusField();
    });
    dialog->open();
}

void ChatPage::goToRoom(int step, bool onlyUnread) { m_sidebar->move(step, onlyUnread); }

void ChatPage::editLast()
{
    TimelineModel *timeline = m_session->timeline(m_room);
    const int row = timeline->lastOwnRow();
    if (row < 0)
        return;
    const QModelIndex index = timeline->index(row);
    m_composer->beginEdit(index.data(TimelineModel::SeqRole).value<Seq>(), index.data(TimelineModel::ContentRole).toString());
}

void ChatPage::pickEmoji(QPoint globalPosition, std::function<void(const QString &)> use)
{
    auto *picker = new EmojiPicker(this);
    connect(picker, &EmojiPicker::chosen, this, use);
    picker->showAt(globalPosition);
}

void ChatPage::askBeforeDeleting(Seq seq)
{
    ask(this, { tr("Delete this message for everyone?"), tr("Others will see that a message was deleted."), tr("Delete"), {} },
        [this, seq, room = m_room](bool) { m_session->remove(room, seq); });
}

void ChatPage::askBeforeLeaving(const RoomId &room)
{
    const int row = m_session->rooms()->rowOf(room);
    const QString name = row < 0 ? room.toString() : m_session->rooms()->index(row).data(RoomListModel::NameRole).toString();
    ask(this, { tr("Leave %1?").arg(Words::oneLine(name, 64)), tr("What was said stays in the room. You can join again later, or be invited."),
                tr("Leave"), {} },
        [this, room](bool) { m_session->leaveRoom(room); });
}

void ChatPage::openLink(const QUrl &url)
{
    const QString host = realHost(url);
    if (m_trustedHosts.contains(host)) {
        QDesktopServices::openUrl(url);
        return;
    }
    ask(this, { tr("Open %1 in your browser?").arg(host), url.toString(QUrl::FullyEncoded).left(300), tr("Open"),
                tr("Do not ask again for this address") },
        [this, url, host](bool isTrusted) {
            if (isTrusted)
                m_trustedHosts.insert(host);
            QDesktopServices::openUrl(url);
        });
}

void ChatPage::changeTopic()
{
    auto *dialog = lineDialog(tr("Topic of the room"), tr("What is this room for?"), tr("Change"), this);
    const auto summary = m_session->rooms()->summary(m_room);
    dialog->setTextValue(summary ? summary->topic : QString());
    if (auto *field = dialog->findChild<QLineEdit *>())
        field->setMaxLength(limits::MaxTopicLength);
    connect(dialog, &QInputDialog::textValueSelected, this,
            [this, room = m_room](const QString &topic) { m_session->setTopic(room, topic.trimmed()); });
    dialog->open();
}

/// What the composer says before anything stands in it, whether anything may, and what can be done with messages.
void ChatPage::updateComposer()
{
    const auto summary = m_session->rooms()->summary(m_room);
    m_timeline->setMayDeleteOthers(summary && Authority(m_session->user(), m_session->role()).mayDeleteOthers(summary->kind));
    const bool isDirect = summary && summary->kind == RoomKind::Direct;
    const QString name = summary && summary->peer ? summary->peer->toString() : m_room.toString();
    QString placeholder = isDirect ? tr("Message %1").arg(name) : tr("Message #%1").arg(name);
    if (summary && m_moderation->mustWait(*summary))
        placeholder = tr("%1 (%2)").arg(placeholder, ModerationWords::slowMode(summary->slowModeSeconds).toLower());
    m_composer->setPlaceholder(placeholder);
    m_composer->setBlocked(summary ? m_moderation->silence(*summary) : QString());
    const auto mute = m_session->moderation()->muteIn(m_room, QDateTime::currentDateTimeUtc());
    constexpr qint64 LongestTimer = 86'400'000; // then it looks again
    if (mute && mute->until.isValid())
        m_silenceEnd.start(std::chrono::milliseconds(std::min(LongestTimer, QDateTime::currentDateTimeUtc().msecsTo(mute->until) + 1)));
    else
        m_silenceEnd.stop();
}

void ChatPage::showDetails()
{
    const auto details = [this, room = m_room]() -> std::optional<RoomDetails> {
        const auto summary = m_session->rooms()->summary(room);
        if (!summary)
            return std::nullopt;
        const bool mayChange = Authority(m_session->user(), m_session->role()).mayShape(*summary);
        return RoomDetails { Words::roomName(*summary), summary->topic, summary->kind, summary->memberCount, summary->creator,
                             summary->keepDays, m_session->server().keepDays, mayChange, summary->slowModeSeconds,
                             summary->isClosed };
    };
    const auto now = details();
    if (!now)
        return;
    if (m_detailsDialog)
        m_detailsDialog->close();
    auto *dialog = new RoomDetailsDialog(*now, this);
    m_detailsDialog = dialog;
    connect(dialog, &RoomDetailsDialog::keepChosen, this,
            [this, room = m_room](std::optional<int> days) { m_session->setKeep(room, days); });
    connect(m_session->rooms(), &QAbstractItemModel::dataChanged, dialog, [dialog, details] {
        if (const auto changed = details())
            dialog->setDetails(*changed);
    });
    dialog->open();
}

void ChatPage::invite()
{
    auto *dialog = new ChooseDialog(tr("Invite somebody"), tr("Invite"), tr("Everybody you know here is in this room already."), this);
    QList<Choice> choices;
    const QList<UserName> here = m_session->members(m_room)->names();
    for (const UserName &user : m_session->everyone()->names()) {
        if (!here.contains(user) && user != m_session->user())
            choices.append({ user.toString(), {}, QVariant::fromValue(user) });
    }
    dialog->setChoices(choices);
    connect(dialog, &ChooseDialog::chosen, this, [this, dialog, room = m_room](const QVariant &user) {
        dialog->accept();
        m_session->invite(room, user.value<UserName>());
    });
    dialog->open();
}

void ChatPage::invitePeople() { m_invites->show(m_room, InviteActions::To::Chat, links()); }

void ChatPage::announce()
{
    auto *dialog = lineDialog(tr("Tell everyone"), tr("Shown to everybody who is connected:"), tr("Tell everyone"), this);
    connect(dialog, &QInputDialog::textValueSelected, this, [this](const QString &text) {
        if (!text.trimmed().isEmpty())
            m_session->announce(text.trimmed());
    });
    dialog->open();
}

void ChatPage::changePassword()
{
    m_passwordDialog = new PasswordDialog(m_session->hasPassword(), this);
    m_passwordDialog->setOpenToOthers(m_session->status().isOpenToOthers);
    connect(m_passwordDialog, &PasswordDialog::passwordChosen, m_session, &Session::setPassword);
    connect(m_session, &Session::passwordSet, m_passwordDialog, &QDialog::accept);
    m_passwordDialog->open();
}

void ChatPage::showDevices()
{
    m_devicesDialog = new DevicesDialog(m_session->isTokenInKeychain(), this);
    connect(m_devicesDialog, &DevicesDialog::signOutRequested, m_session, &Session::revokeSession);
    connect(m_devicesDialog, &DevicesDialog::signOutHereRequested, this, &ChatPage::askBeforeSigningOut);
    connect(m_session, &Session::sessionsListed, m_devicesDialog, [dialog = m_devicesDialog.data()](const QList<SessionInfo> &sessions) {
        dialog->setSessions(sessions, QDateTime::currentDateTime());
    });
    m_session->listSessions();
    m_devicesDialog->open();
}

void ChatPage::askBeforeSigningOut(const QString &session)
{
    m_devicesDialog->setProblem({}); // its button waits for no answer
    const QString detail = m_hostAddresses.isEmpty()
        ? tr("You leave the chat, and come back with your password only. What was said stays on this computer until you forget the chat.")
        : tr("You stop hosting: the chat closes for everybody, and you come back with your password only. What was said is kept, and is there again when you host the next time.");
    ask(m_devicesDialog, { tr("Sign out on this computer?"), detail, tr("Sign out"), {} },
        [this, session](bool) { m_session->signOut(session); });
}

void ChatPage::showChatMenu(QPoint globalPosition)
{
    const Theme theme = Theme::current();
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    const auto add = [&](QMenu *to, QLatin1StringView icon, const QString &text, const QKeySequence &key, auto action) {
        QAction *item = to->addAction(icon.isEmpty() ? QIcon() : icons::tinted(icon, theme.dim), text);
        item->setShortcut(key);
        item->setShortcutVisibleInContextMenu(true);
        connect(item, &QAction::triggered, this, action);
        return item;
    };
    add(menu, "people"_L1, tr("Invite people…"), Qt::CTRL | Qt::SHIFT | Qt::Key_I, [this] { invitePeople(); });
    for (qsizetype i = 0; i < m_hostAddresses.size(); ++i) {
        add(menu, "copy"_L1, tr("Copy link for %1").arg(m_hostAddresses.at(i)), {},
            [this, link = links().plain(i)] { QGuiApplication::clipboard()->setText(link); });
    }
    add(menu, "lock"_L1, tr("This chat's key…"), {},
        [this] { tell(this, Words::keyOfChat(m_hostAddresses.isEmpty() ? m_session->serverKey() : m_hostKey)); });
    menu->addSeparator();
    add(menu, "plus"_L1, tr("Create a room…"), Qt::CTRL | Qt::Key_N, [this] { createRoom(); });
    add(menu, "room"_L1, tr("Join a room…"), Qt::CTRL | Qt::Key_J, [this] { browseRooms(); });
    add(menu, "search"_L1, tr("Go to a room…"), Qt::CTRL | Qt::Key_K, [this] { switchRoom(); });
    if (Authority(m_session->user(), m_session->role()).isInCharge())
        add(menu, "alert"_L1, tr("Tell everyone…"), {}, [this] { announce(); });
    m_moderation->fillChatMenu(menu);
    menu->addSeparator();
    QMenu *presence = menu->addMenu(tr("I am"));
    const auto self = m_session->everyone()->member(m_session->user());
    for (const PresenceState state : { PresenceState::Online, PresenceState::Away, PresenceState::Busy }) {
        QAction *item = add(presence, {}, Words::presence(state), {}, [this, state] { m_session->setPresence(state); });
        item->setCheckable(true);
        item->setChecked(self && self->state == state);
    }
    add(menu, "lock"_L1, m_session->hasPassword() ? tr("Change your password…") : tr("Set a password…"), {}, [this] { changePassword(); });
    add(menu, "people"_L1, tr("Your devices…"), {}, [this] { showDevices(); });
    menu->addSeparator();
    add(menu, "leave"_L1, tr("Leave this chat"), {}, [this] { emit leaveChatRequested(); });
    add(menu, "close"_L1, tr("Quit"), QKeySequence::Quit, [this] { emit quitRequested(); });
    menu->popup(globalPosition);
}

void ChatPage::showRoomMenu(QPoint globalPosition)
{
    const Theme theme = Theme::current();
    const auto summary = m_session->rooms()->summary(m_room);
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    QAction *about = menu->addAction(icons::tinted("info"_L1, theme.dim), tr("Room details…"));
    about->setShortcut(Qt::CTRL | Qt::Key_I);
    about->setShortcutVisibleInContextMenu(true);
    connect(about, &QAction::triggered, this, &ChatPage::showDetails);
    if (summary && Authority(m_session->user(), m_session->role()).mayShape(*summary)) {
        connect(menu->addAction(icons::tinted("pencil"_L1, theme.dim), tr("Change the topic…")), &QAction::triggered, this,
                &ChatPage::changeTopic);
    }
    if (!summary || summary->kind != RoomKind::Direct) {
        connect(menu->addAction(icons::tinted("people"_L1, theme.dim), tr("Invite somebody…")), &QAction::triggered, this,
                &ChatPage::invite);
    }
    m_moderation->fillRoomMenu(menu, m_room);
    menu->addSeparator();
    QAction *leave = menu->addAction(icons::tinted("leave"_L1, theme.dim), tr("Leave this room…"));
    leave->setEnabled(m_room != RoomId::lobby());
    connect(leave, &QAction::triggered, this, [this, room = m_room] { askBeforeLeaving(room); });
    menu->popup(globalPosition);
}

} // namespace hearth
