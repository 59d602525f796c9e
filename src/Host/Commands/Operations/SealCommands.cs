using System.CommandLine;
using Quittance.Host.Cli;
using Quittance.Storage.Sealing;
using Quittance.Storage.Tenancy;

namespace Quittance.Host.Commands.Operations;

/// <summary><c>seal</c>: where the chain of the books ends, to be kept outside of them.</summary>
internal static class SealCommands
{
    public static Command Seal() => new(
        "seal", "The seals of the books, to be kept elsewhere: they show later whether the books were rewritten")
    {
        CommandMaker.OfBooks(
            "show", "Show the seal of each merchant's books as of now, as verify --against takes it", ShowAsync,
            Options.OneMerchant),
    };

    private static async Task ShowAsync(Run run)
    {
        var books = await run.ChangeAsync();
        var seals = new Seals(books, run.Clock);
        var known = (await new Merchants(books, run.Clock).ListAsync(run.Cancel)).Select(merchant => merchant.Id).ToList();
        if (run.Get(Options.OneMerchant) is { } one && known.All(merchant => merchant.Value != one))
            throw new CommandException($"There is no merchant {one}.");
        List<Seal> now = [];
        foreach (var merchant in known.Where(merchant => run.Get(Options.OneMerchant) is not { } only || merchant.Value == only))
            now.Add(await seals.OfAsync(merchant, run.Cancel));
        List<long> blocks = [];
        foreach (var seal in now)
            blocks.Add(await seals.CountAsync(seal.Merchant, run.Cancel));
        var shown = now.Select(SealText.Of).ToList();
        run.Print(new { Seals = shown }, () =>
        {
            foreach (var (seal, count) in now.Zip(blocks))
            {
                Terminal.WriteLine(
                    $"merchant {seal.Merchant.Value} {Convert.ToHexStringLower(seal.Hash.Span)} "
                    + $"{seal.At:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} blocks {count:N0}");
            }
        });
    }
}
