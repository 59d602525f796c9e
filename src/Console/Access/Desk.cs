using System.Security.Cryptography;
using System.Text;
using Quittance.Core;
using Quittance.Core.Access;
using Quittance.Core.Engine;

namespace Quittance.Console.Access;

/// <summary>Who sits at the console during a request, and how what they do is signed.</summary>
/// <param name="clock">Tells which day it is.</param>
public sealed class Desk(TimeProvider clock)
{
    private ConsoleUser? _user;
    private TimeZoneInfo? _zone;

    /// <summary>Who is signed in.</summary>
    /// <exception cref="InvalidOperationException">No person is signed in: the page is open.</exception>
    public ConsoleUser User => _user ?? throw new InvalidOperationException("Nobody is signed in.");

    /// <summary>Whether somebody is signed in.</summary>
    public bool IsTaken => _user is not null;

    /// <summary>Whose books are open.</summary>
    public MerchantId Merchant => User.Merchant;

    /// <summary>The id of this request. It is ours and not the browser's, so that no two actions share one.</summary>
    public Guid Request { get; } = Guid.CreateVersion7(clock.GetUtcNow());

    /// <summary>The zone in which the merchant's days begin.</summary>
    public TimeZoneInfo Zone => _zone ??= TimeZoneInfo.TryFindSystemTimeZoneById(User.TimeZone, out var zone) ? zone : TimeZoneInfo.Utc;

    /// <summary>What time it is for the merchant.</summary>
    public DateTimeOffset Now => Local(clock.GetUtcNow());

    /// <summary>Which day it is for the merchant.</summary>
    public DateOnly Today => DateOnly.FromDateTime(Now.DateTime);

    /// <summary>Whether the signed-in person may do what a role may.</summary>
    public bool May(OperatorRole role) => User.Role >= role;

    /// <summary>A moment as the merchant's clocks show it.</summary>
    public DateTimeOffset Local(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, Zone);

    /// <summary>The moment at which one of the merchant's days begins, UTC.</summary>
    public DateTimeOffset StartOf(DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        // Where clocks go forward at midnight, the day begins when they have.
        while (Zone.IsInvalidTime(midnight))
            midnight = midnight.AddMinutes(15);
        return new DateTimeOffset(midnight, Zone.GetUtcOffset(midnight)).ToUniversalTime();
    }

    /// <summary>Signs an act of the signed-in person.</summary>
    /// <param name="what">The action, as a dotted verb such as <c>payment.refund</c>.</param>
    /// <param name="subject">What it is done to, as a person would call it.</param>
    /// <param name="reason">Why, in their words.</param>
    public Origin Does(string what, string subject, string reason = "") => new(Merchant, Credential: 0, Request)
    {
        Action = new OperatorAction(User.Person, User.Name, what, subject, reason.Trim()),
    };

    /// <summary>
    /// Signs something beside the books that a form does once, however often it is sent: what comes from the form again is known by its
    /// request.
    /// </summary>
    /// <param name="what">The action.</param>
    /// <param name="key">The key that the form carries.</param>
    /// <param name="subject">What it is done to.</param>
    /// <param name="reason">Why.</param>
    public Origin DoesOnce(string what, string key, string subject, string reason = "") =>
        Does(what, subject, reason) with
        {
            Request = new Guid(
            SHA256.HashData(Encoding.UTF8.GetBytes($"console {Merchant.Value} {User.Person} {what} {key}")).AsSpan(0, 16))
        };

    /// <summary>Has a form take effect once, however often it is sent.</summary>
    /// <param name="what">The action.</param>
    /// <param name="key">The key that the form carries.</param>
    /// <param name="said">What was filled in: another content under the same key is refused.</param>
    public KeyUse Once(string what, string key, params IEnumerable<string> said) => new(
        new RequestKey(Merchant, $"console {what}", key, 0), SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', said))));

    internal void Take(ConsoleUser user) => _user = user;
}
