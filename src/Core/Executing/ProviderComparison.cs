using Quittance.Core.Attempts;
using Quittance.Core.Disputes;
using Quittance.Core.Providers;

namespace Quittance.Core.Executing;

public enum DifferenceKind
{
    /// <summary>The provider has it, and the books do not.</summary>
    UnknownHere,

    /// <summary>The books have it, and the provider does not.</summary>
    UnknownThere,

    /// <summary>The two have another outcome.</summary>
    OtherOutcome,

    /// <summary>The two have another amount.</summary>
    OtherAmount,
}

/// <summary>Something in which the books and a provider differ.</summary>
/// <param name="Subject">The subject, such as <c>capture</c> or <c>dispute</c>.</param>
/// <param name="Name">The attempt's id, or the provider's name for the dispute.</param>
/// <param name="Here">How it stands in the books; null where they do not have it.</param>
/// <param name="There">How it stands at the provider; null where it does not have it.</param>
/// <param name="Amount">How much it is about; null where neither knows.</param>
public sealed record ProviderDifference(
    string Provider, DifferenceKind Kind, string Subject, string Name, string? Here, string? There, Money? Amount)
{
    /// <summary>The provider's request; null for a dispute, and where the provider has none.</summary>
    public ListedRequest? Request { get; init; }

    /// <summary>The provider's dispute; null for a request, and where the provider has none.</summary>
    public ListedDispute? Dispute { get; init; }

    /// <summary>The payment; null where the books do not have it.</summary>
    public PaymentId? Payment { get; init; }

    /// <summary>Whether the books can take it over from the provider. A difference that remains shows in the next comparison.</summary>
    public bool CanBeTakenOver { get; init; }
}

/// <summary>The rows of the books for a page that a provider lists.</summary>
/// <param name="Attempts">The attempts that it lists, and their authorisations.</param>
/// <param name="Disputes">The disputes that it lists.</param>
/// <param name="Accounts">Those of the customers' accounts that the books have.</param>
public sealed record OwnRecords(IReadOnlyList<Attempt> Attempts, IReadOnlyList<Dispute> Disputes, IReadOnlySet<Guid> Accounts);

/// <summary>Compares the books with what a provider has, a page after the other in the order of time.</summary>
/// <param name="unknownDisputesAs">How disputes stand that the provider has in a word that is not known here; null for unknown.</param>
public sealed class ProviderComparison(string provider, ListedDisputeState? unknownDisputesAs = null)
{
    // Authorisations that the books lack and can take over: what follows them can be taken over then.
    private readonly HashSet<Guid> _takeable = [];

    /// <summary>
    /// The differences of a page, in the order of time. A request that moved no money is none: a request that the provider declined and the
    /// books lack, and an authorisation that was voided.
    /// </summary>
    public IReadOnlyList<ProviderDifference> Of(IEnumerable<ListedRequest> requests, IEnumerable<ListedDispute> disputes, OwnRecords own)
    {
        var attempts = own.Attempts.ToDictionary(attempt => attempt.Id.Value);
        var known = own.Disputes.ToDictionary(dispute => dispute.Reference);
        List<ProviderDifference> differences = [];
        foreach (var request in requests.OrderBy(request => request.ChangedAt))
        {
            if (Of(request, attempts, own.Accounts) is { } difference)
                differences.Add(difference);
        }

        foreach (var listed in disputes.OrderBy(dispute => dispute.ChangedAt))
        {
            var dispute = listed.State == ListedDisputeState.Unknown && unknownDisputesAs is { } state ? listed with { State = state }
                : listed;
            if (Of(dispute, known.GetValueOrDefault(dispute.Reference), attempts) is { } difference)
                differences.Add(difference);
        }

        return differences;
    }

    /// <summary>The difference of an attempt that the books have and the provider lacks.</summary>
    public ProviderDifference OnlyHere(Attempt attempt) => new(
        provider, DifferenceKind.UnknownThere, WordOf(attempt.Verb), $"{attempt.Id.Value:D}", WordOf(attempt.Status), null, attempt.Amount)
    {
        Payment = attempt.Payment,
    };

    private ProviderDifference? Of(ListedRequest request, Dictionary<Guid, Attempt> attempts, IReadOnlySet<Guid> accounts)
    {
        var (ours, authorisation) = (attempts.GetValueOrDefault(request.Id), attempts.GetValueOrDefault(request.Authorisation));
        if (KindOf(request, ours, authorisation) is not { } kind)
            return null;
        var canBeTakenOver = kind switch
        {
            // Recovery asks about voids, and about the reason of a declined one.
            DifferenceKind.OtherOutcome => request.Answer.Verdict switch
            {
                Verdict.Approved => true,
                Verdict.Declined => request.Verb != Verb.Void,
                Verdict.Pending or Verdict.Unknown or Verdict.NotFound => false,
            },
            DifferenceKind.UnknownHere when request.Verb == Verb.Authorise =>
                request is { Payment: not null, Amount: not null, Account: { } account, Answer.Verdict: not Verdict.Unknown }
                    && accounts.Contains(account),
            // The provider's word for it is not known here.
            DifferenceKind.UnknownHere when request.Answer.Verdict is Verdict.Unknown or Verdict.NotFound => false,
            DifferenceKind.UnknownHere => _takeable.Contains(request.Authorisation)
                || (authorisation is not null && (request.Verb == Verb.Refund || request.Amount == authorisation.Amount)),
            DifferenceKind.UnknownThere or DifferenceKind.OtherAmount => false,
        };
        if (canBeTakenOver && request.Verb == Verb.Authorise)
            _takeable.Add(request.Id);
        return new ProviderDifference(
            provider, kind, WordOf(request.Verb), $"{request.Id:D}", ours is null ? null : WordOf(ours.Status),
            WordOf(request.Answer.Verdict), request.Amount ?? ours?.Amount)
        {
            Request = request,
            Payment = (ours ?? authorisation)?.Payment,
            CanBeTakenOver = canBeTakenOver,
        };
    }

    private ProviderDifference? Of(ListedDispute dispute, Dispute? ours, Dictionary<Guid, Attempt> attempts)
    {
        if (KindOf(dispute, ours) is not { } kind)
            return null;
        var authorisation = attempts.GetValueOrDefault(dispute.Authorisation);
        return new ProviderDifference(
            provider, kind, "dispute", dispute.Reference, ours is null ? null : WordOf(ours.Status), WordOf(dispute.State), dispute.Amount)
        {
            Dispute = dispute,
            Payment = ours?.Payment ?? authorisation?.Payment,
            CanBeTakenOver = dispute.State != ListedDisputeState.Unknown && kind switch
            {
                DifferenceKind.UnknownHere => authorisation is not null || _takeable.Contains(dispute.Authorisation),
                DifferenceKind.OtherOutcome => ours!.Status != DisputeStatus.Won && dispute.State != ListedDisputeState.Open,
                DifferenceKind.UnknownThere or DifferenceKind.OtherAmount => false,
            },
        };
    }

    private static DifferenceKind? KindOf(ListedRequest request, Attempt? ours, Attempt? authorisation)
    {
        if (ours is null)
        {
            var movedNothing = request.Answer.Verdict == Verdict.Declined || request.IsReleased
                || (request.Verb == Verb.Void && authorisation is null);
            return movedNothing ? null : DifferenceKind.UnknownHere;
        }

        if (request.Verb != Verb.Void && request.Amount != ours.Amount)
            return DifferenceKind.OtherAmount;
        var agrees = ours.Status switch
        {
            AttemptStatus.Approved => request.Answer.Verdict == Verdict.Approved,
            AttemptStatus.Declined => request.Answer.Verdict == Verdict.Declined,
            AttemptStatus.Open or AttemptStatus.Unknown or AttemptStatus.Pending => request.Answer.Verdict == Verdict.Pending,
        };
        return agrees ? null : DifferenceKind.OtherOutcome;
    }

    private static DifferenceKind? KindOf(ListedDispute dispute, Dispute? ours)
    {
        if (ours is null)
            return DifferenceKind.UnknownHere;
        if ((ours.AmountMinor, ours.FeeMinor) != (dispute.Amount.AmountMinor, dispute.Fee.AmountMinor))
            return DifferenceKind.OtherAmount;
        var agrees = ours.Status switch
        {
            DisputeStatus.Open => dispute.State == ListedDisputeState.Open,
            DisputeStatus.Won => dispute.State == ListedDisputeState.Won,
            DisputeStatus.Lost => dispute.State == ListedDisputeState.Lost,
        };
        return agrees ? null : DifferenceKind.OtherOutcome;
    }

    private static string WordOf<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
