using Quittance.Sandbox.Notices;

namespace Quittance.Sandbox.Books;

/// <summary>Asks to reserve money.</summary>
/// <param name="Id">The request's id, and from then on the authorisation's.</param>
/// <param name="AmountMinor">How much, in minor units; above zero.</param>
/// <param name="Currency">The ISO currency code.</param>
/// <param name="Instrument">The instrument that pays.</param>
public sealed record AuthoriseRequest(Guid Id, long AmountMinor, string Currency, InstrumentDetails Instrument)
{
    /// <summary>Where notices about this authorisation go; null: nowhere.</summary>
    public Uri? NoticeUrl { get; init; }

    /// <summary>Where the customer goes after confirming.</summary>
    public Uri? ReturnUrl { get; init; }

    /// <summary>The merchant's own name for the payment.</summary>
    public string? Payment { get; init; }

    /// <summary>The merchant's own name for the customer's account.</summary>
    public string? Customer { get; init; }
}

/// <summary>Asks to take reserved money.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Authorisation">The authorisation's id.</param>
/// <param name="AmountMinor">How much, in minor units; at most what is authorised.</param>
/// <param name="Currency">The authorisation's currency.</param>
public sealed record CaptureRequest(Guid Id, Guid Authorisation, long AmountMinor, string Currency);

/// <summary>Asks to give a reservation back. A reservation that never arrived is declined when it arrives later.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Authorisation">The authorisation's id.</param>
public sealed record VoidRequest(Guid Id, Guid Authorisation);

/// <summary>Asks to give captured money back.</summary>
/// <param name="Id">The request's id.</param>
/// <param name="Authorisation">The authorisation's id.</param>
/// <param name="AmountMinor">How much, in minor units; at most what is captured and not yet given back.</param>
/// <param name="Currency">The authorisation's currency.</param>
public sealed record RefundRequest(Guid Id, Guid Authorisation, long AmountMinor, string Currency)
{
    /// <summary>Whether a person makes it at the sandbox: the merchant's program learns of it by a notice.</summary>
    public bool IsByHand { get; init; }
}

/// <summary>Opens a dispute, as a customer's bank would.</summary>
/// <param name="Id">The dispute's id.</param>
/// <param name="Authorisation">The disputed authorisation; captured.</param>
/// <param name="AmountMinor">How much, in minor units; null: all that is captured.</param>
/// <param name="FeeMinor">The bank's fee for it, in minor units; null: 1500.</param>
public sealed record DisputeRequest(string Id, Guid Authorisation, DisputeKind Kind, long? AmountMinor = null, long? FeeMinor = null);

/// <summary>How an answer travels, or does not: for the wire to act out.</summary>
public enum AnswerManner
{
    /// <summary>At once and whole.</summary>
    Normal,

    /// <summary>Some seconds late.</summary>
    Late,

    /// <summary>Done, but the answer never comes.</summary>
    Missing,

    /// <summary>Done, but the answer is half a JSON.</summary>
    Broken,

    /// <summary>Not done: the connection breaks before the request is looked at.</summary>
    Lost,

    /// <summary>Not done: HTTP 503.</summary>
    Unavailable,
}

/// <summary>Why there is no answer in the books' own words.</summary>
public enum ReplyFault
{
    /// <summary>The id was used for something else.</summary>
    IdTaken,

    /// <summary>There is no such thing.</summary>
    NotFound,

    /// <summary>Its state does not allow it.</summary>
    NotPossible,
}

/// <summary>The answer to a request, and how it travels.</summary>
/// <param name="Request">The request as it stands now; null where there is a fault, or where it was not processed.</param>
/// <param name="Fault">Why there is none.</param>
public sealed record Reply(BookedRequest? Request, ReplyFault? Fault = null)
{
    /// <summary>How the answer travels.</summary>
    public AnswerManner Manner { get; init; }

    /// <summary>
    /// A notice that must be delivered before the answer. The caller delivers it and reports <see cref="SandboxBooks.NoticeArrived"/> or
    /// <see cref="SandboxBooks.NoticeFailed"/>.
    /// </summary>
    public SignedNotice? NoticeFirst { get; init; }

    /// <summary>The path and query of the page where the customer confirms, while that is awaited.</summary>
    public string? ConfirmPath { get; init; }
}

/// <summary>The answer to a request about a dispute.</summary>
/// <param name="Dispute">The dispute as it stands now; null where there is a fault.</param>
/// <param name="Fault">Why there is none.</param>
public sealed record DisputeReply(BookedDispute? Dispute, ReplyFault? Fault = null);
