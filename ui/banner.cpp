#include "ui/banner.h"

#include "ui/icons.h"
#include "ui/measures.h"
#include "ui/painting.h"
#include "ui/theme.h"

#include <QAccessible>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

namespace hearth {

using namespace Qt::Literals::StringLiterals;
using namespace measures;

Banner::Banner(QWidget *parent)
    : QWidget(parent), m_text(plainLabel({}, this)), m_action(new QPushButton(this)), m_close(new QToolButton(this))
{
    setObjectName(u"banner"_s);
    setAttribute(Qt::WA_StyledBackground);
    m_text->setWordWrap(true);
    m_text->setObjectName(u"bannerText"_s);
    m_action->setObjectName(u"bannerAction"_s);
    m_action->hide();
    m_close->setToolTip(tr("Hide this"));
    m_close->setAccessibleName(tr("Hide this"));
    m_close->setIconSize({ SmallIcon, SmallIcon });
    auto *row = new QHBoxLayout(this);
    row->setContentsMargins(Margin, SmallPadding, SmallPadding, SmallPadding);
    row->setSpacing(Padding);
    row->addWidget(m_text, 1);
    row->addWidget(m_action);
    row->addWidget(m_close);
    connect(m_action, &QPushButton::clicked, this, &Banner::actionTriggered);
    connect(m_close, &QToolButton::clicked, this, &Banner::dismissed);
    refreshTheme();
}

void Banner::showText(const QString &text, const QString &action, bool isDismissible)
{
    const bool isNews = m_text->text() != text;
    m_text->setText(text);
    m_action->setText(action);
    m_action->setVisible(!action.isEmpty());
    m_close->setVisible(isDismissible);
    setAccessibleName(text);
    if (isNews && !isVisible()) {
        QAccessibleEvent event(this, QAccessible::Alert);
        QAccessible::updateAccessibility(&event);
    }
    show();
}

QString Banner::text() const { return isHidden() ? QString() : m_text->text(); }

void Banner::refreshTheme() { m_close->setIcon(icons::tinted("close"_L1, Theme::current().dim)); }

} // namespace hearth
