using Quittance.Sandbox.Notices;

namespace Quittance.Sandbox.Books;

/// <summary>The answer to a request, and how it travels.</summary>
/// <param name="Request">The request as it stands now; null where there is a fault, or where it was not processed.</param>
/// <param name="Fault">Why there is none.</param>
public sealed record Reply(BookedRequest? Request, ReplyFault? Fault = null)
{
    /// <summary>How the answer travels.</summary>
    public AnswerManner Manner { get; init; }

    /// <summary>
    /// A notice that must be delivered before the answer. Whoever does it reports <see cref="SandboxBooks.NoticeArrived"/> or
    /// <see cref="SandboxBooks.NoticeFailed"/>.
    /// </summary>
    public SignedNotice? NoticeFirst { get; init; }

    /// <summary>The path and query of the page where the customer confirms, while that is awaited.</summary>
    public string? ConfirmPath { get; init; }
}
