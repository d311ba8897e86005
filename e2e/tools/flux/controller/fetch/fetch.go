// Package fetch stands in for the module of this name, which the module proxy does not serve: it brings an artifact
// of a source to kustomize-controller.
package fetch

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/fluxcd/pkg/tar"
	"github.com/go-logr/logr"
)

// ErrFileNotFound says that the source has no such artifact any more.
var ErrFileNotFound = errors.New("artifact not found")

// Fetcher downloads, checks and unpacks.
type Fetcher struct {
	untar []tar.Option
}

// Option changes a Fetcher.
type Option func(*Fetcher)

// WithUntar says how it unpacks.
func WithUntar(options ...tar.Option) Option {
	return func(f *Fetcher) { f.untar = options }
}

// Those that kustomize-controller gives, too, and that change nothing here.
func WithLogger(logr.Logger) Option       { return func(*Fetcher) {} }
func WithMaxDownloadSize(int) Option      { return func(*Fetcher) {} }
func WithHostnameOverwrite(string) Option { return func(*Fetcher) {} }
func WithRetries(int) Option              { return func(*Fetcher) {} }

// New makes a Fetcher.
func New(options ...Option) *Fetcher {
	f := &Fetcher{}
	for _, option := range options {
		option(f)
	}
	return f
}

// Fetch unpacks the artifact at url, which has that digest, into the directory.
func (f *Fetcher) Fetch(url, digest, directory string) error {
	response, err := http.Get(url)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	switch response.StatusCode {
	case http.StatusOK:
	case http.StatusNotFound:
		return ErrFileNotFound
	default:
		return fmt.Errorf("%s: %s", url, response.Status)
	}
	content, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if found := fmt.Sprintf("sha256:%x", sha256.Sum256(content)); found != digest {
		return fmt.Errorf("%s has the digest %s, not %s", url, found, digest)
	}
	return tar.Untar(bytes.NewReader(content), directory, f.untar...)
}
