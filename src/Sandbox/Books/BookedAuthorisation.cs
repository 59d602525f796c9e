namespace Quittance.Sandbox.Books;

/// <summary>Money that is or was reserved, or waits to be.</summary>
/// <param name="Id">Its id, that of the request.</param>
/// <param name="AmountMinor">What was asked for, in minor units.</param>
/// <param name="Currency">Its currency.</param>
/// <param name="Instrument">Scheme and last four digits.</param>
/// <param name="Behaviour">How it goes on.</param>
public sealed record BookedAuthorisation(Guid Id, long AmountMinor, string Currency, string Instrument, Behaviour Behaviour)
{
    /// <summary>What has happened to its money.</summary>
    public Amounts Amounts { get; init; }

    /// <summary>Where its notices go.</summary>
    public Uri? NoticeUrl { get; init; }

    /// <summary>Where the customer goes after confirming.</summary>
    public Uri? ReturnUrl { get; init; }

    /// <summary>Proves who may confirm, where that is asked.</summary>
    public string? ConfirmToken { get; init; }

    /// <summary>Whether it is given back.</summary>
    public bool IsVoid { get; init; }

    /// <summary>The request that captured it, or is about to.</summary>
    public Guid? Capture { get; init; }

    /// <summary>What happens to it next by itself.</summary>
    public DueWork? Next { get; init; }
}
