using System.Net;
using System.Text;
using Quittance.Core;
using Quittance.Core.Mails;
using Quittance.Tests.Running;
using SmtpServer.Protocol;

namespace Quittance.Tests.Mails;

/// <summary>A mail server that asks who sends: the password goes to the one of the right name alone, encrypted, and into no log.</summary>
public sealed class MailSignInTests(BooksFixture books) : IDisposable
{
    private const string User = "shop@works.example";
    private const string Password = "p4ss-word-of-the-mail-server";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("quittance-sign-in-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [Long]
    [InlineData("PLAIN", false)]
    [InlineData("LOGIN", false)]
    [InlineData("PLAIN", true)]
    public async Task User_SignsIn_AtAMailServerOfTheRightName_AndThePasswordIsInNoLog(string way, bool isAtOnce)
    {
        SecretWatch.OfTheRun.Add([Password, Convert.ToBase64String(Encoding.UTF8.GetBytes(Password))]);
        await using var office = await PostOffice.OpenAsync(books);
        // The name of this machine: at localhost any certificate will do.
        var name = Dns.GetHostName();
        var place = (await Dns.GetHostAddressesAsync(name, Cancel))[0];
        using var certificate = MailCertificate.OfItself(name);
        await using var receiver = MailReceiver.Start(certificate, offersTls: !isAtOnce, new SignIn(User, Password, way), place);
        var (trusted, secret) = (Path.Combine(_folder.FullName, "trusted.pem"), Path.Combine(_folder.FullName, "password"));
        await File.WriteAllTextAsync(trusted, certificate.ExportCertificatePem(), Cancel);
        await File.WriteAllTextAsync(secret, Password + "\n", Cancel);
        await office.PayAsync(await office.CustomerAsync());

        await using var server = await RunningProgram.StartAsync(
            new Dictionary<string, string> { ["SSL_CERT_FILE"] = trusted },
            "serve", "--database", $"{office.Own.ConnectionString};Maximum Pool Size=12", "--smtp",
            $"smtp{(isAtOnce ? "s" : "")}://{Uri.EscapeDataString(User)}@{name}:{receiver.Port}", "--smtp-password-file", secret,
            "--mail-from", User);
        await NoticePost.UntilAsync(async () => await office.StandAsync() == "sent 1");

        Assert.Equal((User, Password), Assert.Single(receiver.SignIns));
        Assert.True(receiver.WasEncrypted);
        Assert.Single(receiver.Mailbox);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData(true, MailFailure.Untrusted)]
    [InlineData(false, MailFailure.Unencrypted)]
    public async Task Password_GoesToNoMailServer_OfAnotherCertificate_OrOfNone(bool offersTls, MailFailure why)
    {
        await using var office = await PostOffice.OpenAsync(books);
        using var certificate = MailCertificate.OfItself("mail.example.com");
        await using var receiver = MailReceiver.Start(offersTls ? certificate : null, offersTls, new SignIn(User, Password, "PLAIN"));
        var settings = PostOffice.Settings(receiver) with { Server = "localhost", IsLocal = false, User = User, Password = Password };
        await office.PayAsync(await office.CustomerAsync());

        await (await office.ServerAsync(settings)).TurnAsync(Cancel);

        Assert.Equal($"waiting:{EnumWords.Of(why)} 1", await office.StandAsync());
        Assert.Empty(receiver.SignIns);
        Assert.Equal(0, receiver.Offers);
        office.Logs.Add([Password]);
        office.Logs.AssertNothingSeen();
    }

    /// <summary>The way in for users of a Postfix on the same machine: it offers to sign in behind STARTTLS alone.</summary>
    [Fact]
    public async Task MailServerOnThisMachine_IsSpokenWithByStartTls_WhateverItsCertificateNames()
    {
        await using var office = await PostOffice.OpenAsync(books);
        using var certificate = MailCertificate.OfItself("mail.example.com");
        await using var receiver = MailReceiver.Start(certificate, offersTls: true, new SignIn(User, Password, "PLAIN"));
        var settings = PostOffice.Settings(receiver) with { User = User, Password = Password };
        await office.PayAsync(await office.CustomerAsync());

        await (await office.ServerAsync(settings)).TurnAsync(Cancel);

        Assert.Equal("sent 1", await office.StandAsync());
        Assert.Equal((User, Password), Assert.Single(receiver.SignIns));
        Assert.True(receiver.WasEncrypted);
    }

    [Theory]
    [InlineData("5.7.0 Must issue a STARTTLS command first", MailFailure.Unencrypted)]
    [InlineData("5.7.57 Client not authenticated to send mail", MailFailure.SignInRefused)]
    public async Task MailServerOnThisMachine_ThatWantsEncryption_IsNamedSo(string answer, MailFailure why)
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start();
        receiver.Judge = _ => new SmtpResponse(SmtpReplyCode.AuthenticationRequired, answer);
        await office.PayAsync(await office.CustomerAsync());

        await (await office.ServerAsync(receiver)).TurnAsync(Cancel);

        Assert.Equal($"waiting:{EnumWords.Of(why)} 1", await office.StandAsync());
    }

    [Fact]
    public async Task WrongPassword_IsNamedSo_AndTheMailWaitsForTheRightOne()
    {
        await using var office = await PostOffice.OpenAsync(books);
        await using var receiver = MailReceiver.Start(signIn: new SignIn(User, Password, "PLAIN"));
        var settings = PostOffice.Settings(receiver) with { User = User, Password = "another one" };
        office.Logs.Add([Password, "another one"]);
        await office.PayAsync(await office.CustomerAsync());

        await (await office.ServerAsync(settings)).TurnAsync(Cancel);
        Assert.Equal("waiting:sign_in_refused 1", await office.StandAsync());
        office.Clock.Advance(TimeSpan.FromMinutes(2));
        await (await office.ServerAsync(settings with { Password = Password })).TurnAsync(Cancel);

        Assert.Equal("sent 1", await office.StandAsync());
        Assert.Single(receiver.Mailbox);
        office.Logs.AssertNothingSeen();
    }
}
