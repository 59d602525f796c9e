using System.Net;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using Microsoft.AspNetCore.Builder;
using Quittance.BackOffice.BankCollections;
using Quittance.BackOffice.BankStatements;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Engine;
using Quittance.Core.Executing;
using Quittance.Core.Providers;
using Quittance.Core.Refunds;
using Quittance.Dialects.Http;
using Quittance.Host;
using Quittance.Providers;
using Quittance.Storage.Backups;
using Quittance.Storage.Migrating;
using Quittance.Storage.Providers;
using Quittance.Storage.Reading;
using Quittance.Storage.Settlements;
using Quittance.Storage.Vault;
using Quittance.Tests.Debits;
using Quittance.Tests.Engine;
using Quittance.Tests.Operations;
using Quittance.Tests.Running;
using Quittance.Tests.Settlements;

namespace Quittance.Tests.Restoring;

/// <summary>A studio whose books are lost and restored, while its bank has the files that it got meanwhile.</summary>
internal sealed class RestorableStudio : IAsyncDisposable
{
    private readonly BooksFixture _shared;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("quittance-lost-files-");
    private readonly OwnBooks _first;
    private OwnBooks? _restored;
    private BankFolder? _folderOf;
    private WebApplication? _server;
    private int _files;

    private RestorableStudio(BooksFixture shared, OwnBooks first, MerchantId merchant, PostgresVault vault)
    {
        (_shared, _first, Merchant) = (shared, first, merchant);
        (Engine, Vault) = (first.Engine(), vault);
    }

    public MerchantId Merchant { get; }

    public OwnBooks Books => _restored ?? _first;

    public PaymentEngine Engine { get; private set; }

    public PostgresVault Vault { get; private set; }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static TimeProvider Clock => TimeProvider.System;

    private static IReadOnlyList<MasterKey> Keys => [RunningProgram.MasterKeyOfExternalDatabases];

    public static async Task<RestorableStudio> OpenAsync(BooksFixture shared)
    {
        var books = await OwnBooks.CreateAsync(shared);
        var merchant = await books.MerchantAsync();
        var studio = new RestorableStudio(shared, books, merchant, await VaultOfAsync(books));
        await studio.NameAccountAsync();
        return studio;
    }

    public Task<JsonNode> NameAccountAsync(params string[] more) => DoAsync(
        ["collect", "account", "--iban", Studio.OwnIban, "--name", "Studio Süd", "--creditor", Studio.Creditor, .. more]);

    /// <summary>A new member is asked for a fee by a debit.</summary>
    public Task<Attempt> DebitAsync(long amountMinor) => new WaitingDebits(Books, Engine, Vault, Merchant).AddAsync(amountMinor);

    /// <summary>A new member has paid by a debit, and is to have the money back.</summary>
    public async Task<Attempt> RefundAsync(long amountMinor)
    {
        var capture = await DebitAsync(amountMinor);
        await Engine.DoAsync(new TakeAnswer(Origin(), capture, ProviderAnswer.Approved));
        var refunded = await Engine.DoAsync(new RefundPayment(
            Origin(), capture.Target, capture.Payment, new RefundId(Merchant, Business.NewId()), Reference.House));
        return (await FindAsync(refunded.Attempt!.Id))!;
    }

    /// <summary>Builds, releases and hands out a collection. Returns its number and the path of its file.</summary>
    public async Task<(long Number, string File)> CollectAsync(params string[] how)
    {
        var number = await BuildAsync(how);
        await DoAsync("collect", "release", $"{number}");
        return (number, await HandOutAsync(number));
    }

    public async Task<long> BuildAsync(params string[] how) =>
        (long)(await DoAsync(["collect", "run", .. how]))["collection"]!["number"]!;

    public async Task<string> HandOutAsync(long number)
    {
        var path = PathOf($"{++_files}.xml");
        await DoAsync("collect", "file", $"{number}", "--to", path);
        return path;
    }

    public string PathOf(string name) => Path.Combine(_folder.FullName, name);

    public Task BackUpAsync() => Backup.WriteAsync(Books.Database, PathOf("backup"), Keys, Clock, null, Cancel);

    /// <summary>Loses the books, restores the backup, and lets it go without a look at the list.</summary>
    public async Task RestoreAsync()
    {
        await RestoreHeldAsync();
        await DoAsync("release", "--force", "--reason", "a drill");
    }

    public async Task RestoreHeldAsync()
    {
        await Engine.DisposeAsync();
        _restored = await OperatedBooks.EmptyAsync(_shared);
        await using (var file = await BackupFileReader.OpenAsync(PathOf("backup"), Keys, Cancel))
            await Restoration.ReadAsync(Migrations.OfThisVersion, _restored.Database, file, Clock, null, Cancel);
        (Engine, Vault) = (_restored.Engine(), await VaultOfAsync(_restored));
    }

    /// <summary>Runs a command that does what it is asked, and returns what it tells programs.</summary>
    public async Task<JsonNode> DoAsync(params string[] arguments)
    {
        var (exitCode, output, error) = await RunAsync(arguments);
        Assert.True(exitCode == 0, $"{string.Join(' ', arguments)}: {output}{error}");
        return JsonNode.Parse(output)!;
    }

    /// <summary>Runs a command that refuses, and returns what it says.</summary>
    public async Task<string> RefusedAsync(params string[] arguments)
    {
        var (exitCode, output, error) = await RunAsync(arguments);
        Assert.True(exitCode != 0, output);
        return $"{output}{error}".ReplaceLineEndings(" ");
    }

    /// <summary>A server looks into the folder of the bank account.</summary>
    public async Task<IReadOnlyList<FolderNews>> LookAsync(string folder)
    {
        var accounts = new ProviderAccounts(Books.Database, Vault, Clock);
        var collections = new CollectionDesk(Books.Database, Engine, Vault, accounts, Clock);
        _folderOf ??= new BankFolder(
            Books.Database, Engine, collections,
            new BankFileDesk(
                new SettlementDesk(
                    Books.Database, Engine, Clock, _ => [], new KnownProviders(ProviderDirectory.Connected), accounts,
                    new StatementFormats(Books.Database, Vault, Clock)),
                new LostFileDesk(Books.Database, Engine, accounts)),
            Clock);
        return await _folderOf.LookAsync(Merchant, (await collections.AccountAsync(Merchant, Cancel))!, folder, Cancel);
    }

    /// <summary>Serves the books; where.</summary>
    public async Task<Uri> ServeAsync()
    {
        var port = BooksFixture.FreePort();
        _server = HostedServer.Build(
            new ServerSettings(IPAddress.Loopback, port, new PublicAddress($"http://127.0.0.1:{port}"), IsDemo: false), Books.Database,
            Engine, Vault, SecretWatch.OfTheRun.LogTo);
        await _server.StartAsync(Cancel);
        return new Uri(_server.Urls.Single());
    }

    /// <summary>The bank's statement comes.</summary>
    public async Task ImportAsync(Camt statement)
    {
        var path = PathOf($"{++_files}-camt.xml");
        await File.WriteAllTextAsync(path, statement.ToXml(), Cancel);
        await DoAsync("settlement", "import", path);
    }

    /// <summary>The bank's statement comes in another format.</summary>
    public async Task ImportTextAsync(string statement, params string[] how) =>
        await DoAsync(["settlement", "import", await WrittenAsync(statement), .. how]);

    /// <summary>The lines of the bank that are open.</summary>
    public async Task<IReadOnlyList<JsonNode>> OpenLinesAsync() =>
        [.. (await DoAsync("settlement", "list", "--open")).AsArray().OfType<JsonNode>()];

    /// <summary>The words by which the customer names the bill of a debit.</summary>
    public async Task<string> BillOfAsync(Attempt debit) => "Rechnung " + (await OperatedBooks.ReadAsync(
        Books.Database,
        $"SELECT c.number::text FROM claim k JOIN charge c ON c.id = k.charge_id WHERE k.payment_id = '{debit.Payment.Value}'"))[0];

    public async Task<string> WrittenAsync(string text)
    {
        var path = PathOf($"{++_files}-bank.xml");
        await File.WriteAllTextAsync(path, text, Cancel);
        return path;
    }

    /// <summary>What the next collection would take, and what it leaves out, with the reason.</summary>
    public async Task<(int Taken, IReadOnlyList<string> LeftOut)> PreviewAsync(params string[] how)
    {
        var preview = await DoAsync(["collect", "preview", .. how]);
        return (
            preview["debits"]!.AsArray().Count, [.. preview["leftOut"]!.AsArray().Select(one => (string)one!["why"]!)]);
    }

    public async Task<AttemptStatus> StatusOfAsync(Attempt attempt) => (await FindAsync(attempt.Id))!.Status;

    public async Task<long> NumberOfAsync(Attempt attempt) => long.Parse(
        (await OperatedBooks.ReadAsync(
            Books.Database, $"SELECT number::text FROM payment WHERE id = '{attempt.Payment.Value}'"))[0],
        System.Globalization.CultureInfo.InvariantCulture);

    public static string GroupOf(string file) => XDocument.Load(file).Descendants().Single(one => one.Name.LocalName == "PmtInfId").Value;

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.StopAsync(CancellationToken.None);
            await _server.DisposeAsync();
        }

        await Engine.DisposeAsync();
        await _first.DisposeAsync();
        if (_restored is not null)
            await _restored.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private Task<Attempt?> FindAsync(AttemptId id) => new Attempts(Books.Database).FindAsync(id, Cancel);

    private Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        string[] merchant = arguments[0] is "release" or "reconcile" ? [] : ["--merchant", $"{Merchant.Value}"];
        return RunningProgram.RunAsync([.. arguments, "--json", .. merchant, "--database", Books.ConnectionString]);
    }

    private Origin Origin() => new(Merchant, 0, Business.NewId());

    private static Task<PostgresVault> VaultOfAsync(OwnBooks books) => PostgresVault.OpenAsync(
        books.Database, MasterKey.Parse(RunningProgram.MasterKeyOfExternal, "The test"), Clock, Cancel);
}
