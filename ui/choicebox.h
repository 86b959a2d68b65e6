#pragma once

#include <QComboBox>

namespace hearth {

/// A choice of several. The style sheet draws its frame; the sign at its right is one of our icons.
class ChoiceBox : public QComboBox
{
    Q_OBJECT

public:
    /// `name` is its accessible one.
    ChoiceBox(const QString &name, QWidget *parent);

protected:
    void paintEvent(QPaintEvent *event) override;
};

} // namespace hearth
