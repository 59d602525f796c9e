namespace Quittance.Core.Accounts;

/// <summary>A charge as a list of its account shows it.</summary>
/// <param name="Number">The charge's reference where its API counts what it raises, else its own number.</param>
/// <param name="DueOn">The day it is due.</param>
/// <param name="Description">Free text.</param>
/// <param name="Amount">What was charged.</param>
/// <param name="Open">What is still owed; zero when it is settled.</param>
public sealed record ListedCharge(long Number, DateOnly DueOn, string? Description, Money Amount, Money Open);
