/** The child's side: adopted listeners, the lifeline, readiness. Owned by the worker process. */
package dev.prefork.worker;
