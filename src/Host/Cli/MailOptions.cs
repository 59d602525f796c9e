using System.CommandLine;
using System.Net;
using Quittance.Core.Accounts;
using Quittance.Host.Mails;

namespace Quittance.Host.Cli;

/// <summary>The options of the mail server that takes the mails to customers.</summary>
internal static class MailOptions
{
    private const string PasswordVariable = "QUITTANCE_SMTP_PASSWORD";
    private const int MostOfAMinute = 100_000;
    private const int ImplicitTlsPort = 465;
    private const int SubmissionPort = 587;
    private const int LocalPort = 25;

    private static readonly Option<string?> Smtp = Options.Text(
        "--smtp", "url",
        "Send mail to customers by this mail server, such as smtps://user@mail.example.com:465; smtp:// begins TLS by STARTTLS, and may "
            + "do without on this machine. Which mail is sent: quittance mail policy");

    private static readonly Option<string?> PasswordFile = Options.Text(
        "--smtp-password-file", "file", $"The file with the password of its user (default: the variable {PasswordVariable})");

    private static readonly Option<string?> From = Options.Text(
        "--mail-from", "address", "The e-mail address that mails come from; the merchant's name stands before it");

    private static readonly Option<string?> ReplyTo = Options.Text(
        "--mail-reply-to", "address",
        "The e-mail address that customers answer to, where the merchant's profile has none (default: the one of --mail-from)");

    private static readonly Option<int> Limit = Options.WithDefault(
        "--mail-limit", "number", "How many mails the server sends within a minute; the others wait", () => MailSettings.UsualLimit);

    private static readonly Option<string?> Bounces = Options.Text(
        "--mail-bounces", "folder",
        "The folder into which the mailbox of --mail-from is delivered: files of one message each, or a Maildir. Reports about mails that "
            + "do not arrive are read there");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Option> All { get; } = [Smtp, PasswordFile, From, ReplyTo, Limit, Bounces];

    /// <summary>The mail server; null for none.</summary>
    public static MailSettings? Of(Run run)
    {
        if (run.Get(Smtp) is not { } url)
        {
            var lonely = new[] { PasswordFile, From, ReplyTo, Bounces }.FirstOrDefault(option => run.Get(option) is not null);
            return lonely is null ? null : throw new CommandException($"{lonely.Name} goes with --smtp, which names the mail server.");
        }

        if (!Uri.TryCreate(url, UriKind.Absolute, out var address) || address.Scheme is not ("smtp" or "smtps")
            || address.Host.Length == 0 || address.PathAndQuery is not ("/" or "") || address.Fragment.Length > 0)
        {
            throw new CommandException("--smtp must be such as smtps://user@mail.example.com:465, or smtp://127.0.0.1:25.");
        }

        if (address.UserInfo.Contains(':', StringComparison.Ordinal))
        {
            throw new CommandException(
                $"--smtp must not hold the password, which others on this machine could read: put it into a file that "
                + $"{PasswordFile.Name} names, or into the variable {PasswordVariable}.");
        }

        if (run.Get(Limit) is < 1 or > MostOfAMinute)
            throw new CommandException($"{Limit.Name} must be between 1 and {MostOfAMinute}.");
        var isEncryptedAtOnce = address.Scheme == "smtps";
        var isLocal = address.Host == "localhost" || (IPAddress.TryParse(address.Host, out var ip) && IPAddress.IsLoopback(ip));
        var port = address.Port > 0 ? address.Port : isEncryptedAtOnce ? ImplicitTlsPort : isLocal ? LocalPort : SubmissionPort;
        var user = Uri.UnescapeDataString(address.UserInfo);
        return new MailSettings(
            address.IdnHost, port, isEncryptedAtOnce, AddressOf(run, From) ?? throw new CommandException(
                $"Say with {From.Name} which e-mail address mails come from."))
        {
            IsLocal = isLocal,
            User = user.Length == 0 ? null : user,
            Password = PasswordOf(run, user),
            ReplyTo = AddressOf(run, ReplyTo),
            Bounces = FolderOf(run),
            Limit = run.Get(Limit),
        };
    }

    private static string? PasswordOf(Run run, string user)
    {
        if (user.Length == 0)
        {
            return run.Get(PasswordFile) is null ? null
                : throw new CommandException($"{PasswordFile.Name} goes with a user: --smtp smtps://user@host:port.");
        }

        try
        {
            var password = run.Get(PasswordFile) is { } file
                ? File.ReadAllText(file).TrimEnd('\r', '\n') : Environment.GetEnvironmentVariable(PasswordVariable);
            return password is { Length: > 0 } ? password : throw new CommandException(
                $"Put the password of {user} into a file that {PasswordFile.Name} names, or into the variable {PasswordVariable}.");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"{PasswordFile.Name}: {unreadable.Message}");
        }
    }

    private static string? FolderOf(Run run) => run.Get(Bounces) is not { } folder ? null
        : Directory.Exists(folder) ? Path.GetFullPath(folder) : throw new CommandException($"{Bounces.Name}: there is no folder {folder}.");

    private static string? AddressOf(Run run, Option<string?> option) =>
        run.Get(option) is { } typed ? AddressOf(option.Name, typed) : null;

    /// <summary>An e-mail address that was typed.</summary>
    /// <param name="name">The name of the option or argument.</param>
    public static string? AddressOf(string name, string typed) => ContactReader.Read(
        field => field == ContactReader.Email ? typed : null, hasAddress: false,
        (_, expected) => throw new CommandException($"{name} must be {expected}.")).Email;
}
