using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Quittance.Core;
using Quittance.Core.Attempts;
using Quittance.Core.Bookings;
using Quittance.Core.Books;
using Quittance.Core.Engine;
using Quittance.Core.Instruments;
using Quittance.Core.Providers;
using Quittance.Core.Sessions;
using Quittance.Sandbox.Books;
using Quittance.Tests.Simulation.Provider;
using Quittance.Tests.Simulation.Time;

namespace Quittance.Tests.Simulation.Running;

/// <summary>The things that outlive the processes of one schedule: the database, the provider, the post between them, and time.</summary>
internal sealed class World : IDisposable
{
    private readonly Dictionary<Guid, int> _payments = [];
    private readonly List<string> _story = [];
    private int _works;

    public World(int seed, NpgsqlDataSource database, IStore store, MerchantId merchant, IVault vault, Mistake mistake,
        string provider)
    {
        (Seed, Database, Store, Merchant, Vault, Mistake) = (seed, database, store, merchant, vault, mistake);
        Time = new VirtualTime(Stage);
        Sandbox = SandboxBooks.Open(folder: null, Time);
        Fates = new Fates(seed);
        Books = new Quittance.Storage.Reading.Books(database);
        Sessions = new Quittance.Storage.Reading.Sessions(database);
        Bookings = new Quittance.Storage.Reading.Bookings(database);
        Post = new Post(this, new Random(unchecked(seed * 7919)));
        Counterpart = Counterpart.Of(this, provider);
    }

    public int Seed { get; }

    public NpgsqlDataSource Database { get; }

    public IStore Store { get; }

    public MerchantId Merchant { get; }

    public IVault Vault { get; }

    public Mistake Mistake { get; }

    public Stage Stage { get; } = new();

    public VirtualTime Time { get; }

    public SandboxBooks Sandbox { get; }

    /// <summary>The merchant's account at the sandbox.</summary>
    public static string Account => "merchant";

    public Counterpart Counterpart { get; }

    public Fates Fates { get; }

    public IBooks Books { get; }

    public ISessions Sessions { get; }

    public IBookings Bookings { get; }

    public Post Post { get; }

    /// <summary>The process that takes notices in; null while there is none.</summary>
    public SimulatedProcess? Alive { get; set; }

    public Origin Origin => new(Merchant, 0, Guid.Empty);

    public string Story
    {
        get
        {
            lock (_story)
                return string.Join('\n', _story);
        }
    }

    /// <summary>An id that follows from the seed.</summary>
    public Guid Id(string what) => new(SHA256.HashData(Encoding.UTF8.GetBytes($"{Seed} {what}")).AsSpan(0, 16));

    public void Note(string what)
    {
        lock (_story)
            _story.Add($"{Time.GetUtcNow():dd HH:mm:ss} {what}");
    }

    /// <summary>The number of the next thing that a process does.</summary>
    public int NextWork() => ++_works;

    /// <summary>Remembers which payment of the schedule it is.</summary>
    public void Number(PaymentId payment, int number)
    {
        lock (_payments)
        {
            _payments[payment.Value] = number;
            _payments[AttemptId.Of(payment, Verb.Authorise, 1).Value] = number;
        }
    }

    /// <summary>The payment of the schedule that a request is for; 0 where none is known.</summary>
    public int PaymentOf(ProviderRequest request) => PaymentOf((request.Authorisation ?? request.Id).Value);

    /// <summary>The payment of the schedule that an attempt is for.</summary>
    public int PaymentOf(Attempt attempt) => PaymentOf(attempt.Payment.Value);

    /// <summary>The payment of the schedule to which an id belongs, its own or that of its authorisation; 0 where none is known.</summary>
    public int PaymentOf(Guid id)
    {
        lock (_payments)
            return _payments.GetValueOrDefault(id);
    }

    public void Dispose() => Sandbox.Dispose();
}
