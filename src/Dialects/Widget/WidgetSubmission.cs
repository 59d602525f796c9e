using Quittance.Core.Instruments;
using Quittance.Core.Sessions;

namespace Quittance.Dialects.Widget;

/// <summary>What a customer sends from the widget, read and found to be well formed.</summary>
/// <param name="Choice">The way to pay; null for a stored instrument.</param>
public sealed record WidgetSubmission(PaymentChoice? Choice)
{
    /// <summary>A stored instrument.</summary>
    public Guid? Stored { get; init; }

    /// <summary>The card or the bank account; null where none is needed.</summary>
    public InstrumentSecret? Secret { get; init; }

    /// <summary>The card's security code: used once.</summary>
    public SecurityCode? Code { get; init; }

    /// <summary>Whether to keep the instrument for payments to come.</summary>
    public bool Stores { get; init; }

    /// <summary>Where the customer comes back to who has to confirm elsewhere.</summary>
    public string? ReturnTo { get; init; }
}
