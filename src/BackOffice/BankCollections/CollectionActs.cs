using Quittance.BackOffice.Acts;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Core.Debits;
using Quittance.Core.Engine;
using Quittance.Storage.Debits;

namespace Quittance.BackOffice.BankCollections;

/// <summary>Collections of debits and refunds by the merchant's own bank.</summary>
public static class CollectionActs
{
    public const string Of = "of";
    public const string Number = "collection";

    public const string Again = "again";

    internal const string NoAccount = "The merchant has no bank account for debits. Set it first: quittance collect account";

    private const string Refunds = "refunds";

    private static readonly Ask Which = new(Number, AskKind.Whole, "Collection", "Its number.") { Most = long.MaxValue };

    public static DeclaredAct Run { get; } = new(
        "collect.run", "Builds a collection of all that waits",
        "It has all debits that wait, or the oldest refunds to pay out. Done again it goes on with what an interrupted one left; no debit "
        + "or refund is in two files. Nothing goes to the bank before it is released.",
        OperatorRole.Operator, [
            new(Of, AskKind.Word, "Of", "What it has: debits if left out.") { IsOptional = true, Words = ["debits", Refunds] },
        ], RunAsync)
    {
        Operation = new("buildCollection", "collections", "Collections", Scopes.Pay),
        IsGrave = false,
        HasSteps = true,
    };

    public static DeclaredAct Release { get; } = new(
        "collect.release", "Releases a collection: its file may go to the bank",
        "A file of debits charges customers, and one of refunds pays money out. Above the limit another person than those who built it "
        + "releases it, in the console, and no program.",
        OperatorRole.Operator, [Which], request => StepAsync(request, (origin, id) => new ReleaseCollection(origin, id), "is released"))
    {
        Operation = new("releaseCollection", "collections/release", "Collections", Scopes.Refund),
    };

    public static DeclaredAct HandOut { get; } = new(
        "collect.file", "Hands out the file of a released collection, for the bank",
        "It has the numbers of customers' bank accounts. A bank that gets it twice may debit every customer, or pay every refund, twice.",
        OperatorRole.Operator,
        [Which, new(Again, AskKind.Flag, "Again", "It is handed out though it was before, for the reason that is given.")],
        HandOutAsync)
    {
        Operation = new("handCollectionOut", "collections/file", "Collections", Scopes.Refund),
        FileAsync = FileAsync,
    };

    public static DeclaredAct CallOff { get; } = new(
        "collect.call-off", "Calls a collection off whose file is not handed out",
        "Its file never goes to the bank. What it has waits for another collection.",
        OperatorRole.Operator, [Which], request => StepAsync(request, (origin, id) => new CallOffCollection(origin, id), "is called off"))
    {
        Operation = new("callCollectionOff", "collections/call-off", "Collections", Scopes.Pay),
        IsGrave = false,
    };

    private static async Task<ActResult> RunAsync(ActRequest request)
    {
        var desk = request.Part<CollectionDesk>();
        if (await desk.AccountAsync(request.Merchant, request.Cancel) is not { } account)
            return ActResult.Refused(NoAccount);
        var kind = request.Asked.Text(Of) == Refunds ? CollectionKind.Transfers : CollectionKind.Debits;
        var (built, leftOut) = await desk.RunAsync(account, request.Merchant, kind, request.By("collection"), request.Cancel);
        var left = leftOut.Count == 0 ? "" : $" {leftOut.Count} are left out: {string.Join("; ", leftOut.Take(5).Select(TextOf))}.";
        return built is null
            ? ActResult.Refused($"No {(kind == CollectionKind.Debits ? "debit" : "refund")} waits for a collection.{left}")
            : ActResult.Done($"Collection {built.Number} has {built.Count} of {built.Sum}, due on {built.DueOn:yyyy-MM-dd}.{left}");
    }

    private static async Task<ActResult> HandOutAsync(ActRequest request)
    {
        var (number, desk) = (request.Asked.Whole(Number)!.Value, request.Part<CollectionDesk>());
        if (await request.Part<Collections>().FindAsync(request.Merchant, number, request.Cancel) is not { } collection)
            return NoSuch;
        if (await desk.AccountAsync(request.Merchant, request.Cancel) is not { } account)
            return ActResult.Refused(NoAccount);
        var (problem, why, refusal) = await desk.HandOutAsync(
            account, collection, Stream.Null, request.By($"collection {number}"), request.Asked.Flag(Again), request.Key, request.Cancel);
        return problem switch
        {
            HandOutProblem.None => ActResult.Done($"This is the file of collection {number}. Give it to the bank once."),
            HandOutProblem.Refused => ActResult.Refused(refusal!.Value),
            HandOutProblem.TooLate or HandOutProblem.Damaged or HandOutProblem.Overtaken => ActResult.Refused(why),
        };
    }

    /// <summary>The kept file, which the act has compared with the one that was built.</summary>
    private static async Task<ActFile> FileAsync(ActRequest request)
    {
        var number = request.Asked.Whole(Number)!.Value;
        var collection = await request.Part<Collections>().FindAsync(request.Merchant, number, request.Cancel);
        using var file = new MemoryStream();
        return await request.Part<CollectionDesk>().ReadAsync(collection!, file, request.Cancel)
            ? new ActFile(FileNameOf(number), file.ToArray())
            : throw new InvalidDataException($"The kept file of collection {number} has changed since it was handed out.");
    }

    /// <summary>The name of a collection's file for people.</summary>
    public static string FileNameOf(long number) => $"collection-{number}.xml";

    private static ActResult NoSuch => ActResult.NoSuch(Number, "collection", "There is no such collection.");

    private static string TextOf(LeftOutDebit one) => $"payment {one.Payment} of {one.Amount}, {one.Why}";

    private static async Task<ActResult> StepAsync(ActRequest request, Func<Origin, CollectionId, Command> make, string done)
    {
        var number = request.Asked.Whole(Number)!.Value;
        if (await request.Part<Collections>().FindAsync(request.Merchant, number, request.Cancel) is not { } collection)
            return NoSuch;
        var outcome = await request.Part<PaymentEngine>().SubmitAsync(
            make(request.By($"collection {number}"), collection.Id) with { Key = request.Key });
        return outcome.Accepted ? ActResult.Done($"Collection {number} {done}.") : ActResult.Refused(outcome.Faults[0].Refusal);
    }
}
