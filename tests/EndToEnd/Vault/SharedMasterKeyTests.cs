using System.Diagnostics;
using System.Runtime.Versioning;
using Quittance.Core.Instruments;
using Quittance.Storage.Vault;
using Quittance.Tests.Running;

namespace Quittance.Tests.Vault;

/// <summary>A master key in the hands of two custodians opens the vault with both shares, and with no less.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class SharedMasterKeyTests(BooksFixture books) : IDisposable
{
    private static readonly Card Visa = new(CardNumber.Parse("4242424242424242"), new CardExpiry(12, 2030), "Mary Irwin");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("quittance-shares-");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Long]
    [Fact]
    public async Task Split_GivesTwoFilesThatOpenTheVaultTogether()
    {
        await using var own = await OwnBooks.CreateAsync(books);
        await using var engine = own.Engine();
        var key = new MasterKeyFile(In("whole.key")).CreateUnlessThere(MasterKey.Generate());
        var vault = await PostgresVault.OpenAsync(own.Database, key, TimeProvider.System, Cancel);
        await VaultTests.RegisterAsync(engine, vault, await own.MerchantAsync(), Visa);

        var split = await RunningProgram.RunAsync(
            "vault", "split", In("anna"), In("ben"), "--master-key-file", In("whole.key"), "--data", In("none"));
        Assert.True(split.ExitCode == 0, split.Error);
        File.Delete(In("whole.key"));
        foreach (var share in (string[])["anna", "ben"])
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(In(share)));

        // In either order.
        foreach (var (one, other) in ((string, string)[])[("anna", "ben"), ("ben", "anna")])
        {
            var (exitCode, output, error) = await CheckAsync(own, In(one), In(other));
            Assert.True(exitCode == 0, error);
            Assert.Contains("Instruments that open: 1 of 1", output, StringComparison.Ordinal);
        }

        await AssertRefusedAsync(own, In("anna"), In("nowhere"), "Both custodians' files are needed");
        await AssertRefusedAsync(own, In("anna"), In("anna"), "are the same share of the master key");
        await AssertRefusedAsync(own, In("anna"), null, "holds no base64");
        await AssertRefusedAsync(own, null, In("ben"), "name the other with --master-key-file");
        await File.WriteAllTextAsync(In("text"), "not a share", Cancel);
        File.SetUnixFileMode(In("text"), UnixFileMode.UserRead);
        await AssertRefusedAsync(own, In("anna"), In("text"), "holds no share of a master key");
        new SharedMasterKey(new MasterKeyFile(In("carl")), new MasterKeyFile(In("dora"))).Create(MasterKey.Generate());
        await AssertRefusedAsync(own, In("anna"), In("dora"), $"is a share of the master key {key.Id}");
        await AssertRefusedAsync(own, In("carl"), In("dora"), "is sealed by the master key");
        var text = await File.ReadAllTextAsync(In("ben"), Cancel);
        await File.WriteAllTextAsync(In("ben"), text[..30] + (text[30] == 'A' ? 'B' : 'A') + text[31..], Cancel);
        await AssertRefusedAsync(own, In("anna"), In("ben"), "was changed, in");
        File.SetUnixFileMode(In("ben"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        await AssertRefusedAsync(own, In("anna"), In("ben"), "is open to other users of this machine");
    }

    [Fact]
    public async Task Split_OverwritesNothing()
    {
        new MasterKeyFile(In("whole.key")).CreateUnlessThere(MasterKey.Generate());
        await File.WriteAllTextAsync(In("ben"), "something else", Cancel);

        var (exitCode, _, error) = await RunningProgram.RunAsync(
            "vault", "split", In("anna"), In("ben"), "--master-key-file", In("whole.key"), "--data", In("none"));

        Assert.Equal(1, exitCode);
        Assert.Contains("never written over another file", error, StringComparison.Ordinal);
        Assert.Equal("something else", await File.ReadAllTextAsync(In("ben"), Cancel));
        Assert.False(File.Exists(In("anna")));
    }

    [Fact]
    public void Shares_OfOneKey_DifferEachTime_AndTellNothingAlone()
    {
        var key = MasterKey.Generate();
        var all = Enumerable.Range(0, 50).SelectMany(_ =>
        {
            var (first, second) = key.Split();
            Assert.Equal(key.Id, MasterKey.Join(first, second).Id);
            return (byte[][])[first, second];
        }).Select(Convert.ToBase64String).ToList();
        Assert.Equal(all.Count, all.Distinct().Count());
        Assert.DoesNotContain(key.ToBase64(), all);
    }

    [Long]
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Serve_WhereKeyAndBooksShareAFolder_SaysSo(bool isElsewhere)
    {
        string[] elsewhere = isElsewhere ? ["--master-key-file", In("elsewhere.key")] : [];
        if (isElsewhere)
            new MasterKeyFile(In("elsewhere.key")).CreateUnlessThere(MasterKey.Generate());
        using var server = Process.Start(new ProcessStartInfo(
            RunningProgram.Path,
            ["serve", "--embedded", "--data", In("data"), "--port", $"{BooksFixture.FreePort()}", .. elsewhere])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var said = server.StandardError.ReadToEndAsync(Cancel);
        while (await server.StandardOutput.ReadLineAsync(Cancel) is { } line
            && !line.StartsWith("Quittance is ready", StringComparison.Ordinal))
        {
        }

        using var stop = Process.Start("kill", ["-TERM", $"{server.Id}"]);
        await server.WaitForExitAsync(Cancel);
        Assert.Equal(!isElsewhere, (await said).Contains("lies in the folder of the books", StringComparison.Ordinal));
    }

    private string In(string name) => Path.Combine(_folder.FullName, name);

    private static Task<(int ExitCode, string Output, string Error)> CheckAsync(OwnBooks own, string? file, string? share) =>
        RunningProgram.RunAsync([
            "vault", "check", "--data", "none", "--database", own.ConnectionString,
            .. file is null ? (string[])[] : ["--master-key-file", file], .. share is null ? (string[])[] : ["--master-key-share", share]]);

    private static async Task AssertRefusedAsync(OwnBooks own, string? file, string? share, string reason)
    {
        var (exitCode, output, error) = await CheckAsync(own, file, share);
        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains(reason, error, StringComparison.Ordinal);
    }
}
