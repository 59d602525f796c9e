using Quittance.Core;
using Quittance.Core.Accounts;

namespace Quittance.Storage.Console;

/// <summary>A customer in a list.</summary>
/// <param name="Account">The account.</param>
/// <param name="Names">What clients call it.</param>
/// <param name="Open">What is owed, for each currency in which there is any.</param>
/// <param name="Credit">What is kept for the customer, for each currency in which there is any.</param>
/// <param name="FoundBy">The reference it was found by; null where nothing was searched, or its name was found.</param>
public sealed record CustomerRow(Account Account, IReadOnlyList<Reference> Names, IReadOnlyList<Money> Open, IReadOnlyList<Money> Credit, Reference? FoundBy);
