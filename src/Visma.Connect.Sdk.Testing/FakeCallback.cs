using System.Net.Http.Headers;
using Microsoft.AspNetCore.WebUtilities;

namespace Visma.Connect.Sdk.Testing;

/// <summary>
/// The request that brings a user's browser back to the application: an address with a query, or a form that a page posts.
/// </summary>
/// <remarks>Immutable and thread-safe.</remarks>
public sealed class FakeCallback
{
    internal FakeCallback(Uri uri, IReadOnlyDictionary<string, string>? form)
    {
        Uri = uri;
        IsFormPost = form is not null;
        Form = form ?? new Dictionary<string, string>();
        FormBody = form is null ? null : QueryHelpers.AddQueryString("", form!)[1..];
    }

    /// <summary>The address. Its query contains the parameters, unless they come as a form.</summary>
    public Uri Uri { get; }

    /// <summary>Whether the parameters come as a form (<c>response_mode=form_post</c>).</summary>
    public bool IsFormPost { get; }

    /// <summary>The fields of the form; empty when the parameters come in the query.</summary>
    public IReadOnlyDictionary<string, string> Form { get; }

    /// <summary>The body of the form, url-encoded; null when the parameters come in the query.</summary>
    public string? FormBody { get; }

    /// <summary>Sends the callback to the application as the browser would: a GET, or a cross-site POST of the form.</summary>
    /// <param name="client">The client that takes the part of the browser. Its handler holds the application's cookies.</param>
    /// <param name="cancellationToken">Cancels the request.</param>
    /// <returns>The application's response.</returns>
    public async Task<HttpResponseMessage> SendAsync(HttpClient client, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        using HttpRequestMessage request = new(IsFormPost ? HttpMethod.Post : HttpMethod.Get, Uri);
        if (FormBody is not null)
        {
            request.Content = new StringContent(FormBody);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");

            // For a page with the referrer policy no-referrer, a browser sends this origin.
            request.Headers.Add("Origin", "null");
        }

        return await client.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The address without its query, because the query may contain a code.</summary>
    public override string ToString() => Uri.GetLeftPart(UriPartial.Path);
}
