using Quittance.Core.Instruments;

namespace Quittance.Core.Providers;

/// <summary>
/// A provider on whose own page a customer enters an instrument, so that its number never comes here. No money moves there.
/// </summary>
public interface IInstrumentPages : IProvider
{
    /// <summary>
    /// Whether its page for cards may also offer the wallets of the customer's device, Apple Pay and Google Pay: it knows by the merchant's
    /// settings at the provider and by the device, which are not known here.
    /// </summary>
    bool MayOfferWallets => false;

    /// <summary>Opens a page. The same request gives the same page. Null where the provider gives no clear answer.</summary>
    Task<InstrumentPage?> OpenPageAsync(PageRequest request, CancellationToken cancel);

    /// <summary>Asks what the customer did on a page; changes nothing.</summary>
    /// <param name="page">The provider's name for the page.</param>
    /// <param name="session">The session that it was opened for: a page of another one is none.</param>
    Task<PageAnswer> FindPageAsync(string page, SessionId session, CancellationToken cancel);
}

/// <summary>A request for a page on which the customer enters an instrument, and gives its mandate where it is a bank account.</summary>
/// <param name="Kind">The kind of instrument, which the provider takes in the session's currency.</param>
/// <param name="Nth">Sets the pages of one session apart.</param>
/// <param name="ReturnTo">The address to which the customer returns.</param>
/// <param name="Stores">Whether the customer keeps the instrument for payments to come; the provider says it again.</param>
public sealed record PageRequest(SessionId Session, InstrumentKind Kind, int Nth, string ReturnTo, bool Stores)
{
    /// <summary>The customer's language, one of ours.</summary>
    public required string Language { get; init; }

    /// <summary>
    /// What the page tells the customer, in that language, where the provider's page takes a text: what is charged, for the page itself
    /// moves no money and so names no amount. Null for nothing.
    /// </summary>
    public string? Note { get; init; }
}

/// <summary>A page of a provider.</summary>
/// <param name="Reference">The provider's name for it.</param>
/// <param name="Address">Where the customer finds it.</param>
public sealed record InstrumentPage(string Reference, Uri Address);

/// <summary>How far a customer is on a page.</summary>
public enum PageState
{
    /// <summary>The provider gave no clear answer.</summary>
    Unknown,

    /// <summary>The customer has entered nothing yet, and still can.</summary>
    Open,

    /// <summary>The page has ended without an instrument, or is another session's.</summary>
    Ended,

    /// <summary>The provider holds the customer's instrument.</summary>
    Entered,
}

/// <summary>A provider's answer about a page.</summary>
public sealed record PageAnswer(PageState State)
{
    /// <summary>The address of the page; only while it is open.</summary>
    public Uri? Address { get; init; }

    /// <summary>The instrument; only when it is entered.</summary>
    public HeldInstrument? Entered { get; init; }

    /// <summary>What <see cref="PageRequest.Stores"/> said.</summary>
    public bool Stores { get; init; }

    public static PageAnswer Unknown { get; } = new(PageState.Unknown);

    public static PageAnswer Ended { get; } = new(PageState.Ended);
}
