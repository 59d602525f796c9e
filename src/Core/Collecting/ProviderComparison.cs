using Quittance.Core.Attempts;
using Quittance.Core.Disputes;
using Quittance.Core.Providers;

namespace Quittance.Core.Collecting;

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
/// <param name="Subject">What it is about, such as <c>capture</c> or <c>dispute</c>.</param>
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

    /// <summary>Whether the books can take it over from the provider.</summary>
    public bool CanBeTakenOver =>
        Kind is DifferenceKind.UnknownHere or DifferenceKind.OtherOutcome && (Request is not null || Dispute is not null);
}

/// <summary>What the books have of a provider's requests and disputes.</summary>
/// <param name="Attempts">Those since the moment, and those that the provider lists.</param>
/// <param name="Disputes">Those since the moment, and those that the provider lists.</param>
public sealed record OwnRecords(IReadOnlyList<Attempt> Attempts, IReadOnlyList<Dispute> Disputes);

/// <summary>Compares the books with what a provider has.</summary>
public static class ProviderComparison
{
    /// <summary>
    /// All differences, in the order in which they came about at the provider. What moved no money is none: a request that the provider
    /// declined and the books lack, and an authorisation that was voided.
    /// </summary>
    /// <param name="before">What changed since this moment is still under way, and is not compared.</param>
    /// <param name="since">Since when the books have all their records.</param>
    public static IReadOnlyList<ProviderDifference> Of(
        string provider, OwnRecords own, ProviderRecords theirs, DateTimeOffset since, DateTimeOffset before)
    {
        var attempts = own.Attempts.ToDictionary(attempt => attempt.Id.Value);
        return
        [
            .. OfRequests(provider, attempts, [.. theirs.Requests.Where(request => request.ChangedAt < before)], theirs)
                .Concat(OfDisputes(provider, own, attempts, theirs.Disputes.Where(dispute => dispute.ChangedAt < before)))
                .Concat(OnlyHere(provider, own, theirs, since, before))
                .OrderBy(difference => difference.At).Select(difference => difference.Difference),
        ];
    }

    private static IEnumerable<(DateTimeOffset At, ProviderDifference Difference)> OfRequests(
        string provider, Dictionary<Guid, Attempt> attempts, IReadOnlyList<ListedRequest> requests, ProviderRecords theirs)
    {
        var voided = theirs.Requests.Where(request => request is { Verb: Verb.Void, Answer.Verdict: Verdict.Approved })
            .Select(request => request.Authorisation).ToHashSet();
        return
            from request in requests
            let ours = attempts.GetValueOrDefault(request.Id)
            let kind = KindOf(request, ours, MovedNothing)
            where kind is not null
            select (request.ChangedAt, new ProviderDifference(
                provider, kind.Value, WordOf(request.Verb), $"{request.Id:D}", ours is null ? null : WordOf(ours.Status),
                WordOf(request.Answer.Verdict), request.Amount ?? ours?.Amount)
            {
                Request = request,
                Payment = ours?.Payment ?? attempts.GetValueOrDefault(request.Authorisation)?.Payment,
            });

        // An authorisation that was voided holds no money, wherever it came from.
        bool MovedNothing(ListedRequest request) => request.Verb switch
        {
            Verb.Authorise => voided.Contains(request.Id),
            Verb.Void => !attempts.ContainsKey(request.Authorisation),
            Verb.Capture or Verb.Refund => false,
        };
    }

    private static IEnumerable<(DateTimeOffset At, ProviderDifference Difference)> OfDisputes(
        string provider, OwnRecords own, Dictionary<Guid, Attempt> attempts, IEnumerable<ListedDispute> disputes)
    {
        var known = own.Disputes.ToDictionary(dispute => dispute.Reference);
        return
            from dispute in disputes
            let ours = known.GetValueOrDefault(dispute.Reference)
            let kind = KindOf(dispute, ours)
            where kind is not null
            select (dispute.ChangedAt, new ProviderDifference(
                provider, kind.Value, "dispute", dispute.Reference, ours is null ? null : WordOf(ours.Status), WordOf(dispute.State),
                dispute.Amount)
            {
                Dispute = dispute,
                Payment = ours?.Payment ?? attempts.GetValueOrDefault(dispute.Authorisation)?.Payment,
            });
    }

    /// <summary>What the books have and the provider lacks.</summary>
    private static IEnumerable<(DateTimeOffset At, ProviderDifference Difference)> OnlyHere(
        string provider, OwnRecords own, ProviderRecords theirs, DateTimeOffset since, DateTimeOffset before)
    {
        var listed = theirs.Requests.Select(request => request.Id).ToHashSet();
        var disputed = theirs.Disputes.Select(dispute => dispute.Reference).ToHashSet();
        var attempts = own.Attempts.Where(attempt => attempt.Status == AttemptStatus.Approved && attempt.OpenedAt >= since
            && attempt.OpenedAt < before && !listed.Contains(attempt.Id.Value));
        var disputes = own.Disputes.Where(dispute => dispute.OpenedAt >= since && dispute.OpenedAt < before
            && !disputed.Contains(dispute.Reference));
        return attempts
            .Select(attempt => (attempt.OpenedAt, new ProviderDifference(
                provider, DifferenceKind.UnknownThere, WordOf(attempt.Verb), $"{attempt.Id.Value:D}", WordOf(attempt.Status), null,
                attempt.Amount)
            {
                Payment = attempt.Payment,
            }))
            .Concat(disputes.Select(dispute => (dispute.OpenedAt, new ProviderDifference(
                provider, DifferenceKind.UnknownThere, "dispute", dispute.Reference, WordOf(dispute.Status), null, null)
            {
                Payment = dispute.Payment,
            })));
    }

    private static DifferenceKind? KindOf(ListedRequest request, Attempt? ours, Func<ListedRequest, bool> movedNothing)
    {
        if (ours is null)
            return request.Answer.Verdict == Verdict.Declined || movedNothing(request) ? null : DifferenceKind.UnknownHere;
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
