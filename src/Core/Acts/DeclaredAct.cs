using Quittance.Core.Access;
using Quittance.Core.Engine;

namespace Quittance.Core.Acts;

/// <summary>The operation of Quittance's own API that follows from an act.</summary>
/// <param name="Name">Its name for programs, such as <c>setLimit</c>.</param>
/// <param name="Path">Its path behind the mount.</param>
/// <param name="Group">The group that documents show it in.</param>
/// <param name="Scope">The scope that a program needs for it; its least role is that of the act.</param>
public sealed record ActOperation(string Name, string Path, string Group, string Scope);

/// <summary>
/// What a merchant's people and programs can do, said once: Quittance's own API, the console and the command line each make their face of
/// it from here.
/// </summary>
/// <param name="Word">The action in the audit log, such as <c>limit.set</c>.</param>
/// <param name="Title">What it does, in a line.</param>
/// <param name="Effect">What follows from it, in sentences.</param>
/// <param name="Role">The least role of a person.</param>
public sealed record DeclaredAct(
    string Word, string Title, string Effect, OperatorRole Role, IReadOnlyList<Ask> Asks, Func<ActRequest, Task<ActResult>> DoAsync)
{
    /// <summary>Null where the API says the same in a form of its own.</summary>
    public ActOperation? Operation { get; init; }

    /// <summary>Whether a person proves before it that it is still they, and who does it says why.</summary>
    public bool IsGrave { get; init; } = true;

    /// <summary>Whether it commits more than once: done again, it goes on with what an interrupted request has left.</summary>
    public bool HasSteps { get; init; }

    /// <summary>Whether it makes a secret. It is answered once: a repeated request learns only that it was done.</summary>
    public bool GivesSecret { get; init; }

    /// <summary>
    /// Whether it says itself what is left of it, where it is done again: what it refuses then is refused, also where an earlier request
    /// began it.
    /// </summary>
    public bool TellsWhatIsLeft { get; init; }

    /// <summary>Reads the file that the answer gives, also where an earlier request has done it; null where it gives none.</summary>
    public Func<ActRequest, Task<ActFile>>? FileAsync { get; init; }

    /// <summary>
    /// Does it once: what the request did before, while its answer was lost, is not done again, and is no refusal either.
    /// </summary>
    public async Task<ActResult> OnceAsync(ActRequest request)
    {
        var (log, by) = (request.Part<IActLog>(), request.By(""));
        var isBegun = await log.IsDoneAsync(by, request.Cancel);
        if (isBegun && !HasSteps)
            return ActResult.Done("An earlier request has done it.", isChanged: false);
        var result = await DoAsync(request);
        if (result.IsDone)
            return result;
        if (HasSteps)
        {
            return isBegun && !TellsWhatIsLeft
                ? ActResult.Done("An earlier request began it, and nothing is left of it.", isChanged: false) : result;
        }

        // On another server the same request can have done it meanwhile.
        return await log.IsDoneAsync(by, request.Cancel) ? ActResult.Done("It is done.", isChanged: false) : result;
    }
}

/// <summary>An act that is to be done. Done again under the same request or key, it changes nothing.</summary>
/// <param name="Reason">Why it is done; empty where none is given.</param>
/// <param name="Sign">Signs it with the words for its subject and with a reason.</param>
/// <param name="Key">The key under which the engine does it once; null for none.</param>
/// <param name="Parts">The parts of the server, or of the command, that do it.</param>
public sealed record ActRequest(
    MerchantId Merchant, Asked Asked, string Reason, Func<string, string, Origin> Sign, KeyUse? Key, IServiceProvider Parts,
    CancellationToken Cancel)
{
    /// <summary>Signs it.</summary>
    /// <param name="subject">What it changes, as a person would call it.</param>
    /// <param name="detail">What of it, where the subject does not say it; the audit log has it before the reason.</param>
    public Origin By(string subject, string? detail = null) =>
        Sign(subject, detail is null ? Reason : Reason.Length == 0 ? detail : $"{detail}: {Reason}");

    /// <exception cref="InvalidOperationException">No such part is there: a bug of whoever put them together.</exception>
    public T Part<T>()
        where T : class =>
        Parts.GetService(typeof(T)) as T ?? throw new InvalidOperationException($"Acts need {typeof(T).Name}, which is not there.");
}

/// <summary>A file that an act gives out.</summary>
/// <param name="Name">Its name for people.</param>
public sealed record ActFile(string Name, ReadOnlyMemory<byte> Content);

/// <summary>The result of an act: what it did in a sentence, or why nothing has changed.</summary>
public sealed record ActResult
{
    private ActResult(string sentence, bool isDone) => (Sentence, IsDone) = (sentence, isDone);

    public string Sentence { get; }

    public bool IsDone { get; }

    /// <summary>Whether something is other than before: an act that is done where all is so already changes nothing.</summary>
    public bool IsChanged { get; private init; } = true;

    /// <summary>How many things it changed, where it counts them; null else.</summary>
    public int? Count { get; private init; }

    /// <summary>The ask whose answer is wrong; null where none is.</summary>
    public string? Ask { get; private init; }

    /// <summary>The kind of thing that the answer to the ask names and that is not there, such as <c>person</c>; null for none.</summary>
    public string? Unknown { get; private init; }

    /// <summary>All that is wrong, one by one; empty where the sentence alone says it.</summary>
    public IReadOnlyList<string> Each { get; private init; } = [];

    /// <summary>The secret that it has made; null for none.</summary>
    public string? Secret { get; private init; }

    /// <summary>The engine's refusal; null where it has refused nothing.</summary>
    public Refusal? Refusal { get; private init; }

    public static ActResult Done(string sentence, bool isChanged = true) => new(sentence, isDone: true) { IsChanged = isChanged };

    /// <summary>It is done to a number of things, also to none.</summary>
    public static ActResult Done(string sentence, int count) => Done(sentence, count > 0) with { Count = count };

    /// <summary>It has made a secret, which nothing keeps.</summary>
    public static ActResult DoneWithSecret(string sentence, string secret) => Done(sentence) with { Secret = secret };

    /// <summary>An answer that is wrong.</summary>
    /// <param name="ask">The name of the ask.</param>
    /// <param name="sentence">What is expected.</param>
    public static ActResult Wrong(string ask, string sentence) => new(sentence, isDone: false) { Ask = ask };

    /// <summary>An answer that is wrong in several places.</summary>
    public static ActResult Wrong(string ask, IReadOnlyList<string> each) => Wrong(ask, string.Join("; ", each)) with { Each = each };

    /// <summary>An answer that names nothing.</summary>
    /// <param name="ask">The name of the ask.</param>
    /// <param name="what">The kind of thing that it should name, such as <c>person</c>.</param>
    public static ActResult NoSuch(string ask, string what, string sentence) => Wrong(ask, sentence) with { Unknown = what };

    /// <summary>Nothing has changed, though every answer has the right form.</summary>
    public static ActResult Refused(string sentence) => new(sentence, isDone: false);

    /// <summary>The engine refuses it.</summary>
    public static ActResult Refused(Refusal refusal) => new("", isDone: false) { Refusal = refusal };

    /// <summary>Never the secret.</summary>
    public override string ToString() => Sentence;
}

/// <summary>What the merchant's people and programs have done.</summary>
public interface IActLog
{
    /// <summary>Whether a request has done an act already.</summary>
    /// <param name="by">The request, as it signs the act.</param>
    Task<bool> IsDoneAsync(Origin by, CancellationToken cancel);
}

/// <summary>The keys under which programs do acts.</summary>
public interface IActKeys
{
    /// <summary>
    /// Does an act under a key. Of two requests with one key on one server the second waits, and gets the result of the first; on two
    /// servers the request's id decides, by which each act is done once. What is not done uses up no key.
    /// </summary>
    /// <returns>The key's use, with the result; null where another request has used it.</returns>
    Task<(KeyState State, ActResult? Result)> OnceAsync(KeyUse use, Func<Task<ActResult>> act, CancellationToken cancel);
}
