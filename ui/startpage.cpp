#include "ui/startpage.h"

#include "ui/icons.h"
#include "ui/invitewords.h"
#include "ui/measures.h"
#include "ui/painting.h"
#include "ui/theme.h"
#include "ui/words.h"

#include <QCheckBox>
#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

namespace {

constexpr int MarkSize = 48;

QLabel *problemLabel(QWidget *parent)
{
    QLabel *label = plainLabel({}, parent);
    setRole(label, u"error"_s);
    label->setWordWrap(true);
    label->hide();
    return label;
}

void tintCross(QToolButton *forget) { forget->setIcon(icons::tinted("close"_L1, Theme::current().dim)); }

} // namespace

StartPage::StartPage(QWidget *parent)
    : QWidget(parent), m_mark(plainLabel({}, this)), m_avatar(plainLabel({}, this)), m_name(new QLineEdit(this)),
      m_nameProblem(problemLabel(this)), m_host(new QPushButton(this)), m_hostHint(plainLabel({}, this)),
      m_approve(new QCheckBox(this)), m_hostProblem(problemLabel(this)), m_address(new QLineEdit(this)), m_join(new QPushButton(this)),
      m_joinProblem(problemLabel(this)), m_invited(plainLabel({}, this)), m_password(new PasswordPrompt(this)),
      m_busy(plainLabel({}, this)), m_cancel(new QPushButton(this)), m_recentBox(new QWidget(this)),
      m_recentRows(new QVBoxLayout)
{
    setObjectName(u"startPage"_s);
    setAttribute(Qt::WA_StyledBackground);

    auto *centred = new QWidget(this);
    centred->setObjectName(u"startPage"_s);
    auto *scroll = new QScrollArea(this);
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setFocusPolicy(Qt::NoFocus); // it follows what has it
    scroll->setWidget(centred); // while it is empty: it is laid out when it is shown, not before as well

    auto *title = plainLabel(u"Hearth"_s, this);
    QFont titleFont = scaled(font(), StartTitleType);
    titleFont.setBold(true);
    title->setFont(titleFont);
    auto *subtitle = plainLabel(tr("Chat on your own network"), this);
    setRole(subtitle, u"dim"_s);
    auto *titleColumn = new QVBoxLayout;
    titleColumn->setSpacing(0);
    titleColumn->addWidget(title);
    titleColumn->addWidget(subtitle);
    auto *head = new QHBoxLayout;
    head->setSpacing(Padding);
    head->addWidget(m_mark);
    head->addLayout(titleColumn, 1);

    auto *nameLabel = plainLabel(tr("Your &name"), this);
    nameLabel->setBuddy(m_name);
    m_name->setObjectName(u"userName"_s);
    m_name->setAccessibleName(tr("Your name"));
    m_name->setPlaceholderText(tr("What others see"));
    m_avatar->setFixedSize(Avatar, Avatar);
    auto *nameRow = new QHBoxLayout;
    nameRow->setSpacing(Padding);
    nameRow->addWidget(m_avatar);
    nameRow->addWidget(m_name, 1);

    m_host->setText(tr("&Host a chat"));
    m_host->setObjectName(u"hostButton"_s);
    m_hostHint->setText(tr("Opens a chat on this computer for everyone on your network."));
    setRole(m_hostHint, u"dim"_s);
    m_hostHint->setWordWrap(true);
    m_approve->setText(tr("As&k me before somebody new comes in"));
    m_approve->setObjectName(u"approveGuests"_s);

    auto *addressLabel = plainLabel(tr("&Address or link of a chat"), this);
    addressLabel->setBuddy(m_address);
    m_address->setObjectName(u"address"_s);
    m_address->setAccessibleName(tr("Address or link of a chat"));
    m_address->setPlaceholderText(u"192.168.1.20"_s);
    m_join->setText(tr("&Join"));
    m_join->setObjectName(u"joinButton"_s);
    auto *joinRow = new QHBoxLayout;
    joinRow->setSpacing(SmallPadding);
    joinRow->addWidget(m_address, 1);
    joinRow->addWidget(m_join);
    m_invited->setObjectName(u"invited"_s);
    setRole(m_invited, u"dim"_s);
    m_invited->setWordWrap(true);
    m_invited->hide();
    setRole(m_busy, u"dim"_s);
    m_busy->setWordWrap(true);
    m_cancel->setText(tr("Cancel"));
    m_cancel->setObjectName(u"cancelButton"_s);
    auto *busyRow = new QHBoxLayout;
    busyRow->addWidget(m_busy, 1);
    busyRow->addWidget(m_cancel);

    auto *recentTitle = plainLabel(tr("Joined before"), m_recentBox);
    setRole(recentTitle, u"dim"_s);
    auto *recentColumn = new QVBoxLayout(m_recentBox);
    recentColumn->setContentsMargins(0, SmallPadding, 0, 0);
    recentColumn->setSpacing(Gap);
    recentColumn->addWidget(recentTitle);
    recentColumn->addLayout(m_recentRows);
    m_recentRows->setSpacing(0);
    m_recentBox->setObjectName(u"recent"_s);
    m_recentBox->hide();

    auto *card = new QFrame(this);
    card->setObjectName(u"card"_s);
    card->setMaximumWidth(StartCardWidth);
    card->setMinimumWidth(280);
    auto *column = new QVBoxLayout(card);
    column->setContentsMargins(WideMargin, WideMargin, WideMargin, WideMargin);
    column->setSpacing(SmallPadding);
    column->addLayout(head);
    column->addSpacing(Padding);
    column->addWidget(nameLabel);
    column->addLayout(nameRow);
    column->addWidget(m_nameProblem);
    column->addSpacing(Padding);
    column->addWidget(m_host);
    column->addWidget(m_hostHint);
    column->addWidget(m_approve);
    column->addWidget(m_hostProblem);
    column->addSpacing(Padding);
    column->addWidget(addressLabel);
    column->addLayout(joinRow);
    column->addWidget(m_joinProblem);
    column->addWidget(m_invited);
    column->addWidget(m_password);
    column->addLayout(busyRow);
    column->addWidget(m_recentBox);

    auto *outer = new QVBoxLayout(centred);
    outer->setContentsMargins(Margin, Margin, Margin, Margin);
    auto *across = new QHBoxLayout;
    across->addStretch(1);
    across->addWidget(card, 1000);
    across->addStretch(1);
    outer->addStretch(1);
    outer->addLayout(across);
    outer->addStretch(1);
    auto *whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(scroll);

    connect(m_host, &QPushButton::clicked, this, &StartPage::host);
    connect(m_join, &QPushButton::clicked, this, &StartPage::join);
    connect(m_address, &QLineEdit::returnPressed, this, &StartPage::join);
    connect(m_password, &PasswordPrompt::entered, this, &StartPage::join);
    connect(m_cancel, &QPushButton::clicked, this, &StartPage::cancelRequested);
    connect(m_name, &QLineEdit::textChanged, this, [this] {
        m_nameProblem->hide();
        setInvalid(m_name, false);
        m_password->forgetName();
        updateAvatar();
    });
    connect(m_name, &QLineEdit::returnPressed, this, [this] {
        if (!m_address->text().isEmpty())
            join();
        else if (checkedName())
            m_host->setFocus();
    });
    connect(m_address, &QLineEdit::textChanged, this, &StartPage::addressEdited);
    for (QLineEdit *field : { m_name, m_address })
        dimPlaceholder(field);
    refreshTheme();
    updateMainAction();
    setBusy({});
}

void StartPage::setUserName(const QString &name) { m_name->setText(name); }

QString StartPage::userName() const { return m_name->text(); }

void StartPage::setAddress(const QString &address) { m_address->setText(address); }

void StartPage::offer(const QString &address)
{
    const auto read = ServerAddress::parse(address);
    setAddress(read ? read->toString() : address);
    m_address->setCursorPosition(0); // who it is stands at the beginning
    if (!read)
        showProblem(Place::Join, Words::addressProblem(read.error()));
    else if (!m_name->text().isEmpty())
        m_join->setFocus(Qt::OtherFocusReason);
}

void StartPage::setRecentHosts(const QList<RecentHost> &hosts)
{
    while (QLayoutItem *item = m_recentRows->takeAt(0)) {
        item->widget()->deleteLater();
        delete item;
    }
    for (const RecentHost &recent : hosts) {
        auto *row = new QWidget(m_recentBox);
        auto *layout = new QHBoxLayout(row);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(SmallPadding);
        auto *button = new QPushButton(row);
        // An ampersand in a name is an ampersand, not a key.
        button->setText(recent.name.isEmpty() ? recent.address
                                              : Words::oneLine(recent.name, 40).replace(u'&', u"&&"_s) + u"  ·  "_s + recent.address);
        setRole(button, u"link"_s);
        button->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
        auto *forget = new QToolButton(row);
        tintCross(forget);
        forget->setIconSize({ SmallIcon, SmallIcon });
        forget->setToolTip(tr("Forget this chat"));
        forget->setAccessibleName(tr("Forget %1").arg(recent.address));
        layout->addWidget(button, 1);
        layout->addWidget(forget);
        m_recentRows->addWidget(row);
        connect(button, &QPushButton::clicked, this, [this, address = recent.address] {
            m_address->setText(address);
            join();
        });
        connect(forget, &QToolButton::clicked, this, [this, address = recent.address] { emit forgetRequested(address); });
    }
    m_recentBox->setVisible(!hosts.isEmpty());
}

void StartPage::setHostOptions(const HostOptions &options) { m_approve->setChecked(options.approvesGuests); }

HostOptions StartPage::hostOptions() const { return { m_approve->isChecked() }; }

void StartPage::setCanHost(bool canHost)
{
    m_approve->setVisible(canHost);
    m_host->setVisible(canHost);
    m_hostHint->setVisible(canHost);
    updateMainAction();
}

void StartPage::setBusy(const QString &text)
{
    const bool isBusy = !text.isEmpty();
    m_busy->setText(text);
    m_busy->setVisible(isBusy);
    m_cancel->setVisible(isBusy);
    for (QWidget *widget : std::initializer_list<QWidget *> { m_host, m_approve, m_join, m_name, m_address, m_password, m_recentBox })
        widget->setEnabled(!isBusy);
}

void StartPage::showProblem(Place place, const QString &sentence)
{
    const auto show = [&](QLabel *label, QLineEdit *field) {
        label->setText(sentence);
        label->show();
        if (field) {
            setInvalid(field, true);
            field->setFocus(Qt::OtherFocusReason);
        }
    };
    switch (place) {
    case Place::Name:
        show(m_nameProblem, m_name);
        break;
    case Place::Host:
        show(m_hostProblem, nullptr);
        break;
    case Place::Join:
        m_invited->hide();
        show(m_joinProblem, m_address);
        break;
    case Place::Password:
        m_password->ask(Secret::OfChat, sentence);
        break;
    }
}

void StartPage::clearProblems()
{
    for (QLabel *label : { m_nameProblem, m_hostProblem, m_joinProblem })
        label->hide();
    for (QLineEdit *field : { m_name, m_address })
        setInvalid(field, false);
    m_password->clearProblem();
}

void StartPage::setOpenToOthers(bool isOpen) { m_password->setOpenToOthers(isOpen); }

void StartPage::askForPassword(Secret secret) { m_password->ask(secret); }

void StartPage::showPasswordProblem(Secret secret, const QString &sentence) { m_password->ask(secret, sentence); }

std::optional<UserName> StartPage::checkedName()
{
    clearProblems();
    const auto name = UserName::parse(m_name->text());
    if (name)
        return *name;
    showProblem(Place::Name, Words::nameProblem(name.error()));
    return std::nullopt;
}

void StartPage::host()
{
    if (const auto name = checkedName())
        emit hostRequested(*name, hostOptions());
}

void StartPage::join()
{
    const auto name = checkedName();
    if (!name)
        return;
    const auto address = ServerAddress::parse(m_address->text());
    if (!address) {
        showProblem(Place::Join, Words::addressProblem(address.error()));
        return;
    }
    if (m_password->check())
        emit joinRequested(*name, *address, m_password->passwords());
}

/// What was said of another address, and asked for it, is no longer of interest.
void StartPage::addressEdited()
{
    m_joinProblem->hide();
    m_password->dismiss();
    setInvalid(m_address, false);
    const auto address = ServerAddress::parse(m_address->text());
    m_invited->setVisible(address && !address->invite.isEmpty());
    m_invited->setText(address ? InviteWords::invited(address->room) : QString());
    updateMainAction();
}

void StartPage::updateMainAction()
{
    const bool isToJoin = m_host->isHidden() || !m_address->text().isEmpty();
    setRole(m_join, isToJoin ? u"main"_s : QString());
    setRole(m_host, isToJoin ? QString() : u"main"_s);
}

void StartPage::updateAvatar()
{
    const auto name = UserName::parse(m_name->text());
    QPixmap pixmap(QSize(Avatar, Avatar) * devicePixelRatioF());
    pixmap.setDevicePixelRatio(devicePixelRatioF());
    pixmap.fill(Qt::transparent);
    QPainter painter(&pixmap);
    const Theme theme = Theme::current();
    if (name) {
        paintAvatar(painter, QRectF(0, 0, Avatar, Avatar), *name, theme);
    } else {
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(theme.border, 2, Qt::DashLine));
        painter.drawEllipse(QRectF(1, 1, Avatar - 2, Avatar - 2));
    }
    m_avatar->setPixmap(pixmap);
}

void StartPage::refreshTheme()
{
    m_mark->setPixmap(icons::application().pixmap(QSize(MarkSize, MarkSize), devicePixelRatioF()));
    updateAvatar();
    for (auto *forget : m_recentBox->findChildren<QToolButton *>())
        tintCross(forget);
}

void StartPage::showEvent(QShowEvent *event)
{
    QWidget::showEvent(event);
    refreshTheme(); // the scale of the screen is known only now
    (m_name->text().isEmpty() ? m_name : m_address)->setFocus(Qt::OtherFocusReason);
}

} // namespace hearth
