// The attribute of netstandard2.0 has neither DiagnosticId nor UrlFormat. Compilers recognise it by its name, so this one has the same effect in an
// application, and its diagnostics have the same id as with the build for newer runtimes.
namespace System;

/// <summary>The attribute of newer runtimes.</summary>
[AttributeUsage(AttributeTargets.All, Inherited = false)]
internal sealed class ObsoleteAttribute(string message) : Attribute
{
    public string Message => message;

    public string? DiagnosticId { get; set; }

    public string? UrlFormat { get; set; }
}
