using System.CommandLine;
using System.Text.Json.Nodes;
using Quittance.Host.Cli;
using Quittance.Storage.Sealing;

namespace Quittance.Host.Commands;

/// <summary><c>seal</c>: where the chain of the books ends, to be kept outside of them.</summary>
internal static class SealCommands
{
    public static Command Seal() => new(
        "seal", "The seals of the books, to be kept elsewhere: they show later whether the books were rewritten")
    {
        Act.OfBooks(
            "show", "Show the seal of each merchant's books as of now; with --json whole, as verify --against takes it", ShowAsync),
    };

    private static async Task ShowAsync(Run run)
    {
        var seals = new Seals(await run.ReadAsync());
        var now = await seals.ListAsync(run.Cancel);
        List<long> blocks = [];
        foreach (var seal in now)
            blocks.Add(await seals.CountAsync(seal.Merchant, run.Cancel));
        var document = new JsonObject
        {
            ["seals"] = new JsonArray([.. now.Select((seal, place) =>
            {
                var one = SealText.Of(seal);
                one["blocks"] = blocks[place];
                return (JsonNode)one;
            })]),
        };
        run.Print(document, () =>
        {
            foreach (var (seal, count) in now.Zip(blocks))
            {
                Terminal.Line($"[bold]{Convert.ToHexStringLower(seal.Hash.Span)}[/]");
                Terminal.Line($"[dim]merchant {seal.Merchant.Value} · blocks {count:N0} · last {seal.At:yyyy-MM-dd HH:mm:ss.fff} UTC[/]");
            }
        });
    }
}
