#include "ui/createroomdialog.h"

#include "protocol/limits.h"
#include "ui/measures.h"
#include "ui/painting.h"

#include <QCheckBox>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QRandomGenerator>
#include <QVBoxLayout>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

CreateRoomDialog::CreateRoomDialog(QWidget *parent)
    : QDialog(parent), m_name(new QLineEdit(this)), m_topic(new QLineEdit(this)), m_private(new QCheckBox(this)),
      m_id(plainLabel({}, this)), m_problem(plainLabel({}, this)),
      m_secret(QString::number(QRandomGenerator::system()->generate64(), 36))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Create a room"));
    setMinimumWidth(400);
    m_name->setMaxLength(limits::MaxRoomNameLength);
    m_name->setPlaceholderText(tr("Operations"));
    m_name->setAccessibleName(tr("Name"));
    m_name->setObjectName(u"roomName"_s);
    m_topic->setMaxLength(limits::MaxTopicLength);
    m_topic->setPlaceholderText(tr("What it is for (may stay empty)"));
    m_topic->setAccessibleName(tr("Topic"));
    dimPlaceholder(m_name);
    dimPlaceholder(m_topic);
    m_private->setObjectName(u"isPrivate"_s);
    m_private->setText(tr("Private: only those who are invited know of it"));
    setRole(m_id, u"dim"_s);
    setRole(m_problem, u"error"_s);
    m_problem->setWordWrap(true);
    m_problem->hide();

    auto *form = new QFormLayout;
    form->setSpacing(SmallPadding);
    const auto addRow = [this, form](const QString &name, QWidget *field) {
        QLabel *label = plainLabel(name, this);
        label->setBuddy(field);
        form->addRow(label, field);
    };
    addRow(tr("&Name"), m_name);
    addRow({}, m_id);
    addRow(tr("&Topic"), m_topic);
    addRow({}, m_private);
    auto *buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_create = buttons->addButton(tr("Create"), QDialogButtonBox::AcceptRole);
    setRole(m_create, u"main"_s);
    m_create->setObjectName(u"acceptButton"_s);
    auto *column = new QVBoxLayout(this);
    column->setContentsMargins(Margin, Margin, Margin, Margin);
    column->setSpacing(Padding);
    column->addWidget(headingLabel(windowTitle(), this));
    column->addLayout(form);
    column->addWidget(m_problem);
    column->addWidget(buttons);

    connect(m_name, &QLineEdit::textChanged, this, &CreateRoomDialog::updateState);
    connect(m_private, &QCheckBox::toggled, this, &CreateRoomDialog::updateState);
    connect(buttons, &QDialogButtonBox::accepted, this, &CreateRoomDialog::submit);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    updateState();
}

std::optional<RoomId> CreateRoomDialog::idFor(const QString &name)
{
    QString id;
    for (const QChar c : name.normalized(QString::NormalizationForm_KD).toLower()) {
        const bool isPlain = (c >= u'a' && c <= u'z') || (c >= u'0' && c <= u'9');
        if (isPlain)
            id += c;
        else if (!c.isMark() && !id.isEmpty() && !id.endsWith(u'-'))
            id += u'-';
    }
    while (id.endsWith(u'-'))
        id.chop(1);
    if (id.isEmpty() && !name.trimmed().isEmpty()) // a name in another script
        id = u"room-"_s + QString::number(qHash(name.trimmed().toCaseFolded(), 0) % 0xffffff, 36);
    const auto room = RoomId::parse(id.left(limits::MaxRoomIdLength));
    return room ? std::optional(*room) : std::nullopt;
}

std::optional<RoomId> CreateRoomDialog::privateIdFor(const QString &name, const QString &secret)
{
    const auto open = idFor(name);
    if (!open)
        return std::nullopt;
    const QString start = open->toString().left(limits::MaxRoomIdLength - secret.size() - 1);
    const auto room = RoomId::parse(start + u'-' + secret);
    return room ? std::optional(*room) : std::nullopt;
}

std::optional<RoomId> CreateRoomDialog::id() const
{
    return m_private->isChecked() ? privateIdFor(m_name->text(), m_secret) : idFor(m_name->text());
}

void CreateRoomDialog::setProblem(const QString &sentence)
{
    m_problem->setText(sentence);
    m_problem->setVisible(!sentence.isEmpty());
    updateState();
}

void CreateRoomDialog::updateState()
{
    const auto id = this->id();
    m_id->setText(id ? u'#' + id->toString() : tr("Its short name is made of this."));
    m_create->setEnabled(id.has_value());
}

void CreateRoomDialog::submit()
{
    const auto id = this->id();
    if (!id)
        return;
    m_problem->hide();
    m_create->setEnabled(false); // until there is an answer
    emit createRequested(*id, m_name->text().trimmed(), m_topic->text().trimmed(),
                         m_private->isChecked() ? RoomKind::Private : RoomKind::Public);
}

} // namespace hearth
