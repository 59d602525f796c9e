using System.Security.Cryptography;
using System.Text;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Engine;

namespace Quittance.Console.Access;

/// <summary>The operator of a request, the merchant's time, and signatures for the operator's acts.</summary>
public sealed class CurrentOperator(TimeProvider clock)
{
    private ConsoleUser? _user;
    private TimeZoneInfo? _zone;

    /// <exception cref="InvalidOperationException">No person is signed in: the page is open.</exception>
    public ConsoleUser User => _user ?? throw new InvalidOperationException("No person is signed in.");

    /// <summary>Whether a person is signed in.</summary>
    public bool IsTaken => _user is not null;

    public MerchantId Merchant => User.Merchant;

    /// <summary>The id of this request. It is ours and not the browser's, so that no two actions share one.</summary>
    public Guid Request { get; } = Guid.CreateVersion7(clock.GetUtcNow());

    /// <summary>The zone in which the merchant's days begin.</summary>
    public TimeZoneInfo Zone => _zone ??= TimeZoneInfo.TryFindSystemTimeZoneById(User.TimeZone, out var zone) ? zone : TimeZoneInfo.Utc;

    /// <summary>The time in the merchant's zone.</summary>
    public DateTimeOffset Now => Local(clock.GetUtcNow());

    /// <summary>The day in the merchant's zone.</summary>
    public DateOnly Today => Zone.DayOf(clock.GetUtcNow());

    /// <summary>Whether the signed-in person has a role, or a higher one.</summary>
    public bool May(OperatorRole role) => User.Role >= role;

    /// <summary>A moment as the merchant's clocks show it.</summary>
    public DateTimeOffset Local(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, Zone);

    /// <summary>The moment at which one of the merchant's days begins, UTC.</summary>
    public DateTimeOffset StartOf(DateOnly day) => Zone.StartOf(day);

    /// <summary>Signs an act of the signed-in person.</summary>
    /// <param name="what">The action, as a dotted verb such as <c>payment.refund</c>.</param>
    /// <param name="subject">The thing it changes, as a person would call it.</param>
    /// <param name="reason">The person's reason.</param>
    public Origin Does(string what, string subject, string reason = "") => new(Merchant, Credential: 0, Request)
    {
        Action = new OperatorAction(User.Person, User.Name, what, subject, reason.Trim()),
    };

    /// <summary>Signs an act of a person whose sign-in is under way.</summary>
    public Origin Does(Person person, string what, string reason = "") => new(person.Merchant, Credential: 0, Request)
    {
        Action = new OperatorAction(person.Id, person.Name, what, $"person {person.Email} ({person.Name})", reason),
    };

    /// <summary>
    /// Signs an act beside the books that takes effect once, however often its form is sent: a form that is sent again has the same request
    /// id.
    /// </summary>
    public Origin DoesOnce(string what, string key, string subject, string reason = "") =>
        Does(what, subject, reason) with
        {
            Request = new Guid(
                SHA256.HashData(Encoding.UTF8.GetBytes($"console {Merchant.Value} {User.Person} {what} {key}")).AsSpan(0, 16)),
        };

    /// <summary>The key under which a form takes effect once. Another content under the same key is refused.</summary>
    public KeyUse Once(string what, string key, params IEnumerable<string> content) => new(
        new RequestKey(Merchant, $"console {what}", key, 0), SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', content))));

    internal void Take(ConsoleUser user) => _user = user;
}
