using System.Text;
using System.Text.Json.Nodes;

namespace Quittance.Tests.Providers;

/// <summary>The fault of a bad wire in an exchange.</summary>
/// <param name="Name">Its name, for messages.</param>
/// <param name="ActAsync">The act.</param>
internal sealed record Fault(string Name, Func<Exchange, Task> ActAsync)
{
    /// <summary>The request never arrives.</summary>
    public static readonly Fault RequestLost = new("request lost", exchange =>
    {
        exchange.Abort();
        return Task.CompletedTask;
    });

    /// <summary>The request arrives, its answer does not.</summary>
    public static readonly Fault AnswerLost = new("answer lost", async exchange =>
    {
        await exchange.ForwardAsync();
        exchange.Abort();
    });

    /// <summary>The request arrives, and then nothing happens any more.</summary>
    public static readonly Fault AnswerNeverComes = new("answer never comes", async exchange =>
    {
        await exchange.ForwardAsync();
        await exchange.HangAsync();
    });

    /// <summary>The answer begins and never ends.</summary>
    public static readonly Fault AnswerDrips = new("answer drips", async exchange =>
    {
        var (status, body) = await exchange.ForwardAsync();
        await exchange.BeginAsync(status, body.Length, body[..(body.Length / 2)]);
        await exchange.HangAsync();
    });

    /// <summary>The connection breaks in the middle of the answer.</summary>
    public static readonly Fault AnswerCut = new("answer cut", async exchange =>
    {
        var (status, body) = await exchange.ForwardAsync();
        await exchange.BeginAsync(status, body.Length, body[..(body.Length / 2)]);
        exchange.Abort();
    });

    /// <summary>The true answer arrives changed.</summary>
    public static Fault Changed(string name, Func<string, string> change) => new(name, async exchange =>
    {
        var (status, body) = await exchange.ForwardAsync();
        await exchange.AnswerAsync(status, change(Encoding.UTF8.GetString(body)));
    });

    /// <summary>The true answer arrives with another member.</summary>
    public static Fault Other(string member, JsonNode? value) => Changed($"{member} is {value?.ToJsonString() ?? "null"}", body =>
    {
        var answer = JsonNode.Parse(body)!.AsObject();
        if (answer.ContainsKey(member))
            answer[member] = value?.DeepClone();
        return answer.ToJsonString();
    });

    /// <summary>Somebody else answers before the provider has seen the request.</summary>
    public static Fault Answer(int status, string body) => new($"status {status} {body}", exchange => exchange.AnswerAsync(status, body));

    public override string ToString() => Name;
}
