namespace Quittance.Storage;

/// <summary>One step of the schema.</summary>
/// <param name="Number">Its place in the order.</param>
/// <param name="Name">Its file's name.</param>
/// <param name="Hash">SHA-256 of its text, in hexadecimal.</param>
/// <param name="Sql">Its text.</param>
public sealed record Migration(int Number, string Name, string Hash, string Sql);
