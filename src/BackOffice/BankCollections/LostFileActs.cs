using System.Globalization;
using Quittance.BackOffice.Acts;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Core.Debits;
using Quittance.Storage.Debits;

namespace Quittance.BackOffice.BankCollections;

/// <summary>What may have gone to the bank in the time that a restore lost.</summary>
public static class LostFileActs
{
    public const string Collections = "collections";
    public const string Payments = "payments";
    public const string Refunds = "refunds";
    public const string All = "all";

    private const int MostNames = 10_000;
    private const int LongestNumber = 20;
    private const string Subject = "what a restore lost";

    private static readonly Ask[] Which =
    [
        Numbers(Collections, "Collections", "collections"), Numbers(Payments, "Payments", "payments, for their debits"),
        Numbers(Refunds, "Refunds", "refunds"), new(All, AskKind.Flag, "All", "All that may have gone, in place of numbers."),
    ];

    public static DeclaredAct Sent { get; } = new(
        "collect.sent", "After a restore, says that the bank had the files of collections, debits or refunds",
        "They go to the bank no more. Only what may have gone in the time that the restore lost can be named.",
        OperatorRole.Operator, Which, SentAsync)
    {
        Operation = new("sayCollectionsSent", "collections/sent", "Collections", Scopes.Refund),
        HasSteps = true,
    };

    public static DeclaredAct Unsent { get; } = new(
        "collect.unsent", "After a restore, says that the bank did not have the files of collections, debits or refunds",
        "Collections may have them again. Only what may have gone in the time that the restore lost can be named.",
        OperatorRole.Operator, Which, UnsentAsync)
    {
        Operation = new("sayCollectionsUnsent", "collections/unsent", "Collections", Scopes.Refund),
        HasSteps = true,
    };

    public static DeclaredAct Lost { get; } = new(
        "collect.lost", "After a restore, hands in a file that the bank had and the books have lost",
        "Its debits or refunds go to the bank no second time. It is a file of this server, pain.008 or pain.001, and can be handed in "
        + "again.",
        OperatorRole.Operator, [BankUpload.Ask("The file")], LostAsync)
    {
        Operation = new("handInLostFile", "collections/lost", "Collections", Scopes.Refund),
        HasSteps = true,
    };

    private static Ask Numbers(string name, string label, string what) =>
        new(name, AskKind.Text, label, $"The numbers of {what}, with blanks between them.")
        {
            IsOptional = true,
            IsNoCard = true,
            Most = MostNames * LongestNumber,
        };

    private static async Task<ActResult> SentAsync(ActRequest request)
    {
        var (chosen, problem) = await ChosenAsync(request);
        if (chosen is null)
            return problem!;
        var (sent, why) = await request.Part<LostFileDesk>().SentAsync(
            chosen.Items, chosen.Collections, request.By(Subject), request.Cancel);
        return why is not null && sent + chosen.Collections.Count == 0 ? ActResult.Refused($"{char.ToUpperInvariant(why[0])}{why[1..]}.")
            : ActResult.Done(
                $"The bank had it: collections {chosen.Collections.Count:N0}, single debits and refunds {sent:N0}."
                    + (why is null ? "" : $" {char.ToUpperInvariant(why[0])}{why[1..]}."),
                chosen.Collections.Count + sent);
    }

    private static async Task<ActResult> UnsentAsync(ActRequest request)
    {
        var (chosen, problem) = await ChosenAsync(request);
        if (chosen is null)
            return problem!;
        var said = await request.Part<LostFileDesk>().UnsentAsync(
            chosen.Of, chosen.Items, chosen.Collections, request.By(Subject), request.Cancel);
        return ActResult.Done(
            $"The bank did not have it: collections {chosen.Collections.Count:N0}, debits and refunds {said:N0}.",
            chosen.Collections.Count + said);
    }

    private static async Task<ActResult> LostAsync(ActRequest request)
    {
        if (BankUpload.BytesOf(request.Asked.Required(BankUpload.File)) is not { } bytes)
            return BankUpload.NoFile;
        using var file = new MemoryStream(bytes, writable: false);
        var outcome = await request.Part<LostFileDesk>().TakeAsync(file, request.By(Subject), request.Cancel);
        if (outcome.Collection is not { } collection)
            return ActResult.Wrong(BankUpload.File, [.. outcome.Faults.Select(fault => fault.ToString())]);
        return outcome.WasKnown
            ? ActResult.Done($"Collection {collection.Number} has this file already: nothing was changed.", isChanged: false)
            : ActResult.Done(
                $"Collection {collection.Number}: the bank had {outcome.Found} of it.{BankUpload.TextOf(outcome.Remarks)}");
    }

    /// <summary>What is named, of all that may have gone; or why it can't be.</summary>
    private static async Task<(Choice? Chosen, ActResult? Problem)> ChosenAsync(ActRequest request)
    {
        var list = await request.Part<LostTime>().OfAsync(request.Merchant, request.Cancel);
        var isAll = request.Asked.Flag(All);
        if (isAll && Which.Any(ask => ask.Kind == AskKind.Text && request.Asked.Text(ask.Name) is not null))
            return (null, ActResult.Wrong(All, "Say all, or numbers."));
        if (isAll)
            return (new Choice(list, [.. list.Items.Where(item => item.Collection is null)], [.. list.Collections]), null);
        // What an interrupted request has settled is in the list no more.
        var isBegun = await request.Part<IActLog>().IsDoneAsync(request.By(""), request.Cancel);
        var chosen = new Choice(list, [], []);
        var named = 0;
        foreach (var ask in Which.Where(ask => ask.Kind == AskKind.Text))
        {
            foreach (var text in (request.Asked.Text(ask.Name) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                if (!long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
                    return (null, ActResult.Wrong(ask.Name, $"{text} is no number."));
                named++;
                if (!chosen.Take(ask.Name, number) && !isBegun)
                {
                    return (null, ActResult.NoSuch(
                        ask.Name, ask.Name[..^1], $"{ask.Label[..^1]} {number} is not among what may have gone to the bank."));
                }
            }
        }

        return named == 0 ? (null, ActResult.Wrong(Collections, "Name collections, payments or refunds.")) : (chosen, null);
    }

    private sealed record Choice(PerhapsSentList Of, List<PerhapsSentItem> Items, List<Collection> Collections)
    {
        /// <summary>Takes what a number names. Returns whether it is in the list.</summary>
        public bool Take(string what, long number)
        {
            if (what == LostFileActs.Collections)
            {
                if (Of.Collections.FirstOrDefault(one => one.Number == number) is not { } collection)
                    return false;
                if (!Collections.Contains(collection))
                    Collections.Add(collection);
                return true;
            }

            var found = Of.Items.FirstOrDefault(
                one => what == Refunds ? one.Refund == number : one.Refund is null && one.Payment == number);
            if (found is not null && !Items.Contains(found))
                Items.Add(found);
            return found is not null;
        }
    }
}
