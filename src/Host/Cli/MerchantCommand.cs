using System.CommandLine;
using Quittance.Storage.Tenancy;
using Spectre.Console;

namespace Quittance.Host.Cli;

/// <summary><c>merchant</c>: the businesses whose books are kept.</summary>
internal static class MerchantCommand
{
    private static readonly Argument<string> Name = new("name") { Description = "The merchant's name, as operators see it" };

    public static Command Create()
    {
        var create = new Command("create", "Create a merchant and print its id") { Name, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json };
        create.SetAction((options, cancel) => Terminal.RunAsync(progress => CreateAsync(options, progress, cancel)));
        var list = new Command("list", "List the merchants") { DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json };
        list.SetAction((options, cancel) => Terminal.RunAsync(progress => ListAsync(options, progress, cancel)));
        return new Command("merchant", "The businesses whose books are kept") { create, list };
    }

    private static async Task<int> CreateAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        var name = options.GetRequiredValue(Name).Trim();
        if (name.Length == 0)
            throw new CommandException("A merchant needs a name.");
        await using var database = await OpenDatabase.OwnOrShareAsync(options, progress, cancel);
        var merchant = await new Merchants(database.Source, TimeProvider.System).CreateAsync(
            name, cancel, id => CommandLineOrigin.Of(id, "merchant.create", $"merchant {id.Value} ({name})"));
        Report.Print(
            options, new { Merchant = merchant.Value, Name = name },
            () => Terminal.Out.MarkupLineInterpolated($"[green]✓[/] Merchant [bold]{merchant.Value}[/]: {name}"));
        return 0;
    }

    private static async Task<int> ListAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        await using var database = await OpenDatabase.ExistingAsync(options, progress, cancel);
        var merchants = await new Merchants(database.Source, TimeProvider.System).ListAsync(cancel);
        Report.Print(options, new { Merchants = merchants.Select(merchant => new { Merchant = merchant.Id.Value, merchant.Name }) }, () =>
        {
            if (merchants.Count == 0)
                Terminal.Out.MarkupLine("There is no merchant. Make one with: quittance merchant create");
            foreach (var (id, name) in merchants)
                Terminal.Out.MarkupLineInterpolated($"[bold]{id.Value}[/]  {name}");
        });
        return 0;
    }
}
