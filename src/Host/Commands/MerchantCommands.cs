using System.CommandLine;
using Npgsql;
using Quittance.BackOffice.Access;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Acts;
using Quittance.Core.Profiles;
using Quittance.Host.Cli;
using Quittance.Storage.Tenancy;

namespace Quittance.Host.Commands;

/// <summary><c>merchant</c>, and <c>origin</c>: the pages that may embed a merchant's payment widget and call its APIs.</summary>
internal static class MerchantCommands
{
    private static readonly Argument<string> Name = new("name") { Description = "The merchant's name, as operators see it" };

    private static readonly Argument<string> Page = new("origin")
    {
        Description = "Where the pages come from, such as https://shop.example or http://localhost:3000",
    };

    private static readonly Argument<string> Required = new Argument<string>("rule")
    {
        Description = "required or optional",
    }.AcceptOnlyFromAmong("required", "optional");

    private static readonly Argument<string> PayeeIban = new("iban") { Description = "The bank account to which customers transfer money" };

    private static readonly Argument<FileInfo?> Picture = new("file")
    {
        Description = "A PNG or an SVG of at most 256 KB",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<bool> NoLogo = new("--remove") { Description = "Show no logo any more" };

    private static readonly Option<string> Reason = Options.Required("--reason", "text", "Why; kept in the audit log");

    private static readonly Option<string> PayeeName = new("--name") { Description = "Its holder; without it the merchant" };

    private static readonly Option<string> Street = new("--street") { Description = "The holder's street and number" };

    private static readonly Option<string> Postcode = new("--postcode") { Description = "The holder's postcode; a Swiss QR-bill has it" };

    private static readonly Option<string> Town = new("--town") { Description = "The holder's town" };

    private static readonly Option<string> Country = new("--country") { Description = "The holder's country, such as CH" };

    public static Command Merchant() => new("merchant", "The businesses whose books are kept")
    {
        CommandMaker.OfBooks("create", "Create a merchant and print its id", CreateAsync, Name),
        CommandMaker.OfBooks("list", "List the merchants", ListAsync),
        CommandMaker.OfMerchant(
            "payee", "Name the bank account to which customers transfer money, for the codes on payment pages", PayeeAsync, PayeeIban,
            PayeeName, Street, Postcode, Town, Country),
        ActCommand.Of(ProfileActs.Set, "profile"),
        CommandMaker.OfMerchant("logo", ProfileActs.SetLogo.Title, LogoAsync, Picture, NoLogo, Reason),
        CommandMaker.OfMerchant(
            "second-factor", "Require a second factor of everyone who signs in at the console, or no longer", SecondFactorAsync, Required),
        ActCommand.Of(ApiActs.ChangeZone, "time-zone"),
    };

    public static Command Origin() => new(
        "origin", "The pages that may embed the payment widget, and call Train Travel and Quittance's own API from a browser")
    {
        CommandMaker.OfMerchant(
            "list", "List the origins whose pages may embed the payment widget and call the API", ListOriginsAsync, Options.Api),
        CommandMaker.OfMerchant(
            "add", "Let pages of an origin embed the payment widget, and call the API where it serves browsers",
            run => ChangeOriginAsync(run, isAllowed: true), Page, Options.Api),
        CommandMaker.OfMerchant(
            "remove", "Stop pages of an origin from embedding the payment widget and calling the API",
            run => ChangeOriginAsync(run, isAllowed: false), Page, Options.Api),
    };

    private static async Task CreateAsync(Run run)
    {
        var name = run.Required(Name).Trim();
        if (!OneLine.IsName(name))
            throw new CommandException("A merchant needs a name on one line.");
        var books = await run.ChangeAsync();
        var merchant = await new Merchants(books, run.Clock).CreateAsync(
            name, run.Cancel, id => run.By(id, "merchant.create", $"merchant {id.Value} ({name})"));
        run.Print(new { Merchant = merchant.Value, Name = name }, $"[green]✓[/] Merchant [bold]{merchant.Value}[/]: {name}");
    }

    private static async Task ListAsync(Run run)
    {
        var merchants = await new Merchants(await run.ReadAsync(), run.Clock).ListAsync(run.Cancel);
        run.Print(new { Merchants = merchants.Select(merchant => new { Merchant = merchant.Id.Value, merchant.Name }) }, () =>
        {
            if (merchants.Count == 0)
                Terminal.Line($"There is no merchant. Make one with: quittance merchant create");
            foreach (var (id, name) in merchants)
                Terminal.Line($"[bold]{id.Value}[/]  {name}");
        });
    }

    private static async Task SecondFactorAsync(Run run)
    {
        var isRequired = run.Required(Required) == "required";
        var (books, merchant) = await run.ChangeMerchantAsync();
        var subject = SecondFactors.SubjectOf(isRequired);
        await new SecondFactors(books, await run.OpenVaultAsync(), run.Clock)
            .RequireAsync(merchant, isRequired, run.By(merchant, "factor.require", subject), run.Cancel);
        var sentence = isRequired ? "People without one are signed out, and set it up at their next sign-in."
            : "People without one sign in with the password alone.";
        run.Print(new { Merchant = merchant.Value, IsRequired = isRequired }, $"[green]✓[/] {sentence}");
    }

    private static async Task PayeeAsync(Run run)
    {
        var result = await run.DoAsync(
            PayeeActs.Set,
            new Asked().With(PayeeActs.Iban, run.Required(PayeeIban)).With(PayeeActs.Holder, Textual(PayeeName, Payee.MostName))
                .With(PayeeActs.Street, Textual(Street, PayeeAddress.MostStreet))
                .With(PayeeActs.Postcode, Textual(Postcode, PayeeAddress.MostPostcode))
                .With(PayeeActs.Town, Textual(Town, PayeeAddress.MostTown)).With(PayeeActs.Country, Textual(Country, most: 2)),
            reason: null);
        var merchant = new MerchantId(run.Get(Options.Merchant));
        var payee = (await new Payees(run.Database.Source, run.Clock).FindAsync(merchant, run.Cancel))!;
        run.Print(new { Merchant = merchant.Value, payee.Iban, payee.Name }, $"[green]✓[/] {result.Sentence}");

        string? Textual(Option<string> option, int most)
        {
            if (run.Get(option)?.Trim() is not { Length: > 0 } text)
                return null;
            return text.Length <= most && OneLine.IsName(text) ? text
                : throw new CommandException($"{option.Name} has 1 to {most} characters, {OneLine.Rule}.");
        }
    }

    private static async Task LogoAsync(Run run)
    {
        var file = run.Get(Picture);
        if (file is { Exists: false })
            throw new CommandException($"There is no file {file.FullName}.");
        if (file?.Length > Logo.Most)
            throw new CommandException($"A logo has at most {Logo.Most / 1024} KB.");
        var picture = file is null ? null : Convert.ToBase64String(await File.ReadAllBytesAsync(file.FullName, run.Cancel));
        var result = await run.DoAsync(
            ProfileActs.SetLogo, new Asked().With(ProfileActs.File, picture).With(ProfileActs.Remove, run.Get(NoLogo)),
            run.Required(Reason));
        run.Print(new { Act = ProfileActs.SetLogo.Word, Said = result.Sentence }, $"[green]✓[/] {result.Sentence}");
    }

    private static async Task ListOriginsAsync(Run run)
    {
        var (books, merchant) = await run.ReadMerchantAsync();
        var known = await OriginsAsync(run, books, merchant);
        run.Print(new { Origins = known.Select(origin => origin.ToString()) }, () =>
        {
            foreach (var origin in known)
                Terminal.WriteLine(origin.ToString());
            if (known.Count == 0)
                Terminal.Line($"None: only pages of the server itself may embed the payment widget and call the API.");
        });
    }

    private static async Task ChangeOriginAsync(Run run, bool isAllowed)
    {
        var (api, page) = (run.Api().Dialect, run.Required(Page));
        var result = await run.DoAsync(isAllowed ? ApiActs.AddOrigin : ApiActs.RemoveOrigin, ApiActs.AskedOf(api, page), reason: null);
        var shown = WebOrigin.TryParse(page.Trim().TrimEnd('/'), out var origin) ? $"{origin}" : page;
        run.Print(new { Origin = shown, Api = api, MayEmbed = isAllowed }, $"[green]✓[/] {result.Sentence}");
    }

    private static async Task<IReadOnlyList<WebOrigin>> OriginsAsync(Run run, NpgsqlDataSource books, MerchantId merchant)
    {
        var api = run.Api().Dialect;
        return await new Merchants(books, run.Clock).OriginsAsync(merchant, api, run.Cancel)
            ?? throw new CommandException($"Merchant {merchant.Value} has no {api}. Open it with: quittance credential create");
    }
}
