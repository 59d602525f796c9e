using System.CommandLine;
using System.Diagnostics;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Storage.Tenancy;
using Spectre.Console;

namespace Quittance.Host.Cli;

/// <summary><c>credential rotate</c> and <c>credential revoke</c>: another secret, or none any more.</summary>
internal static class CredentialChange
{
    private const int LongestOverlapHours = 30 * 24;

    private static readonly Argument<long> Id = new("number") { Description = "The credential's number, as the list shows it" };

    private static readonly Option<int?> KeepOld = new("--keep-old")
    {
        Description = $"Let the old secret in beside the new one for 1 to {LongestOverlapHours} hours (default: no longer, nor other former secrets)",
        HelpName = "hours",
    };

    public static Command Rotate()
    {
        var rotate = new Command("rotate", "Give a credential a new secret and print it: once, as only its hash is kept")
        {
            Id, KeepOld, MerchantOption.Merchant, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        rotate.SetAction((options, cancel) => Terminal.RunAsync(progress => RotateAsync(options, progress, cancel)));
        return rotate;
    }

    public static Command Revoke()
    {
        var revoke = new Command("revoke", "Let a credential in no more, nor its former secrets; also beside a running server")
        {
            Id, MerchantOption.Merchant, DatabaseOptions.Data, DatabaseOptions.Database, JsonOption.Json,
        };
        revoke.SetAction((options, cancel) => Terminal.RunAsync(progress => RevokeAsync(options, progress, cancel)));
        return revoke;
    }

    private static async Task<int> RotateAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        var hours = options.GetValue(KeepOld);
        if (hours is < 1 or > LongestOverlapHours)
            throw new CommandException($"--keep-old must be between 1 and {LongestOverlapHours} hours.");
        await using var database = await OpenDatabase.OwnOrShareAsync(options, progress, cancel);
        var (merchant, credential, issued) = await FindAsync(options, database, cancel);
        var secret = NewSecret.Of(credential.Kind);
        var oldUntil = hours is { } kept ? TimeProvider.System.GetUtcNow().AddHours(kept) : (DateTimeOffset?)null;
        Check(credential, await issued.RotateAsync(
            merchant, credential.Id, secret, oldUntil, CommandLineOrigin.Of(merchant, "credential.rotate", SubjectOf(credential)), cancel));

        var shown = credential.Kind is CredentialKind.Client ? $"client_secret: {secret}" : Api.Header(credential.Kind, secret);
        Report.Print(options, new { Credential = credential.Id, credential.Name, credential.Kind, Secret = secret, Header = shown, OldUntil = oldUntil }, () =>
        {
            Terminal.Out.MarkupLineInterpolated($"[green]✓[/] Credential [bold]{credential.Id}[/] ({credential.Name}) has a new secret, shown this once:");
            Terminal.Out.WriteLine($"  {shown}");
            Terminal.Out.MarkupLineInterpolated(oldUntil is { } until
                ? $"  The old one is let in until {Report.Time(until)}."
                : (FormattableString)$"  The old one is let in no more. Servers that are running may take it for five seconds yet.");
        });
        return 0;
    }

    private static async Task<int> RevokeAsync(ParseResult options, IProgress<string> progress, CancellationToken cancel)
    {
        await using var database = await OpenDatabase.OwnOrShareAsync(options, progress, cancel);
        var (merchant, credential, issued) = await FindAsync(options, database, cancel);
        Check(credential, await issued.RevokeAsync(
            merchant, credential.Id, CommandLineOrigin.Of(merchant, "credential.revoke", SubjectOf(credential)), cancel));
        Report.Print(
            options, new { Credential = credential.Id, credential.Name, LetsIn = false },
            () => Terminal.Out.MarkupLineInterpolated(
                $"[green]✓[/] Credential [bold]{credential.Id}[/] ({credential.Name}) is let in no more. Servers that are running may take it for five seconds yet."));
        return 0;
    }

    private static string SubjectOf(IssuedCredential credential) => $"credential {credential.Id} ({credential.Name})";

    private static async Task<(MerchantId Merchant, IssuedCredential Credential, IssuedCredentials Issued)> FindAsync(
        ParseResult options, OpenDatabase database, CancellationToken cancel)
    {
        var merchant = await MerchantOption.FindAsync(options, new Merchants(database.Source, TimeProvider.System), cancel);
        var issued = new IssuedCredentials(database.Source, TimeProvider.System);
        var id = options.GetValue(Id);
        var credential = (await issued.ListAsync(merchant, cancel)).FirstOrDefault(one => one.Id == id)
            ?? throw new CommandException($"Merchant {merchant.Value} has no credential {id}. See: quittance credential list");
        return (merchant, credential, issued);
    }

    private static void Check(IssuedCredential credential, CredentialOutcome outcome)
    {
        var problem = outcome switch
        {
            CredentialOutcome.Changed => null,
            CredentialOutcome.Unknown => $"There is no credential {credential.Id}. See: quittance credential list",
            CredentialOutcome.Ended => $"Credential {credential.Id} has ended, or is a former secret. See: quittance credential list",
            CredentialOutcome.WithoutSecret => $"Credential {credential.Id} has no secret that could be changed.",
            CredentialOutcome.OneSecretOnly => "A client has one secret at a time: leave --keep-old out.",
            CredentialOutcome.Repeated => throw new UnreachableException(),
        };
        if (problem is not null)
            throw new CommandException(problem);
    }
}
