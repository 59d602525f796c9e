namespace Quittance.Console.Access;

/// <summary>A page, or a file, that needs no sign-in.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class OpenAttribute : Attribute;
