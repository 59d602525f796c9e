namespace Quittance.Sandbox.Books;

/// <summary>A page of an account's books.</summary>
/// <param name="Totals">The sums over all authorisations, by currency.</param>
/// <param name="Authorisations">Some of them, in the order in which they came.</param>
/// <param name="Next">The last of them where more follow: what to go on after.</param>
public sealed record BooksPage(IReadOnlyDictionary<string, Amounts> Totals, IReadOnlyList<BookedAuthorisation> Authorisations, Guid? Next);
